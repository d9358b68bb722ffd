/* libFuzzer's target: the scan and the nest pass on any bytes. Built and run by scripts/fuzz-native. */
#include "nest.h"
#include "scan.h"

#include <stdlib.h>
#include <string.h>

static uint64_t hash(const void *text, size_t length)
{
    uint64_t value = 14695981039346656037u;
    for (size_t i = 0; i < length; i++)
        value = (value ^ ((const unsigned char *)text)[i]) * 1099511628211u;
    return value & 0xff0f; /* few values, so that slots collide */
}

/* Scan the two halves of the input as two pieces, keeping the first: a scanner outlives its pieces. */
static void scan_input(const uint8_t *data, size_t size)
{
    Scan scan;
    scan_init(&scan, hash, "BEXiIRCMbneSTpFstfNODPvVc()a=,", "iIR");
    size_t middle = size ? data[0] * size / 255 : 0;
    for (int part = 0; part < 2; part++) {
        size_t length = part ? size - middle : middle;
        char *piece = malloc(length ? length : 1); /* of its own, so that a read behind it is seen */
        if (!piece)
            abort();
        memcpy(piece, data + (part ? middle : 0), length);
        if (scan_piece(&scan, piece, length) == SCAN_DONE) {
            scan_keep(&scan);
            const Row *rows = (const Row *)(const void *)scan.rows.data;
            for (size_t row = 0; row < scan.rows.size / sizeof *rows; row++) {
                size_t shapes = table_size(&scan.shapes), names = table_size(&scan.names);
                if ((size_t)rows[row].shape >= shapes || rows[row].name < -1 || rows[row].name >= (int64_t)names)
                    abort();
                if (rows[row].element >= scan.elements || rows[row].carry < -1 || rows[row].carry > 1)
                    abort();
            }
        }
        free(piece);
    }
    scan_free(&scan);
}

enum { MOST = 512, LANES = 3 };

/* Columns for spans. */
typedef struct {
    int64_t begin[MOST], finish[MOST], end[MOST], parent[MOST], self_time[MOST], orphans[MOST];
    int32_t depth[MOST];
    uint8_t unfinished[MOST];
} Made;

static Nest nest_of(Made *made, size_t spans, size_t orphans)
{
    return (Nest){made->begin, made->finish, made->end, made->parent, made->self_time, made->orphans, made->depth,
                  made->unfinished, spans, orphans, 0, 0};
}

static void check(const Nest *nest)
{
    if (nest->spans > nest->span_room || nest->orphan_count > nest->orphan_room)
        abort();
    for (size_t span = 0; span < nest->spans; span++) {
        int64_t parent = nest->parent[span];
        if (parent >= (int64_t)span || (parent >= 0 && nest->depth[span] <= nest->depth[parent]))
            abort();
    }
}

/* Nest lanes of three bytes an event: phase, name and lane, ts, length. First lane by lane, then all at once. */
static void nest_input(const uint8_t *data, size_t size)
{
    static Made made;
    size_t events = size / 3 < MOST ? size / 3 : MOST, spans = 0;
    uint8_t phase[MOST], left_out[LANES] = {0};
    int32_t name[MOST], lane[MOST];
    int8_t carry[MOST];
    int64_t ts[MOST], end[MOST], dur[MOST], rows[MOST], edges[LANES + 1] = {0};
    for (size_t i = 0; i < events; i++) {
        phase[i] = (uint8_t) "BEX"[data[3 * i] % 3];
        name[i] = data[3 * i] / 3 % 3 - 1;
        lane[i] = data[3 * i] / 9 % LANES;
        ts[i] = (int8_t)data[3 * i + 1];
        carry[i] = 0;
        dur[i] = phase[i] == 'X' ? (int8_t)data[3 * i + 2] : 0;
        end[i] = ts[i] + dur[i];
        spans += phase[i] != 'E';
        size_t place = i; /* by ts, one after another as they come */
        for (; place && ts[rows[place - 1]] > ts[i]; place--)
            rows[place] = rows[place - 1];
        rows[place] = (int64_t)i;
    }
    for (size_t edge = 1; edge <= LANES; edge++)
        edges[edge] = (int64_t)(edge * events / LANES);
    Lanes lanes = {phase, ts, end, NULL, NULL, name, LANES, 200, left_out};
    Nest nest = nest_of(&made, events, events);
    if (nest_lanes(&lanes, edges, &nest) != NEST_DONE)
        abort();
    check(&nest);
    memset(left_out, 0, sizeof left_out);
    lanes = (Lanes){phase, ts, NULL, dur, carry, name, LANES, 200, left_out};
    nest = nest_of(&made, spans, events - spans);
    if (nest_rows(&lanes, rows, events, lane, &nest) != NEST_DONE)
        abort();
    check(&nest);
    for (size_t span = 1; span < nest.spans; span++)
        if (ts[nest.begin[span]] < ts[nest.begin[span - 1]])
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    scan_input(data, size);
    nest_input(data, size);
    return 0;
}
