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

/* Nest lanes of three bytes an event: phase and name, ts, length. */
static void nest_input(const uint8_t *data, size_t size)
{
    size_t events = size / 3 < MOST ? size / 3 : MOST;
    uint8_t phase[MOST], left_out[LANES] = {0}, unfinished[MOST];
    int32_t name[MOST], depth[MOST];
    int64_t ts[MOST], end[MOST], edges[LANES + 1] = {0};
    int64_t begin[MOST], finish[MOST], nest_end[MOST], parent[MOST], self_time[MOST], orphans[MOST];
    for (size_t i = 0; i < events; i++) {
        phase[i] = (uint8_t) "BEX"[data[3 * i] % 3];
        name[i] = data[3 * i] / 3 % 3 - 1;
        ts[i] = (int8_t)data[3 * i + 1];
        end[i] = ts[i] + (phase[i] == 'X' ? (int8_t)data[3 * i + 2] : 0);
    }
    for (size_t lane = 1; lane <= LANES; lane++)
        edges[lane] = (int64_t)(lane * events / LANES);
    Lanes lanes = {phase, ts, end, name, edges, LANES, 200, left_out};
    Nest nest = {begin, finish, nest_end, parent, self_time, orphans, depth, unfinished, 0, 0};
    if (!nest_lanes(&lanes, &nest) || nest.spans > events || nest.orphan_count > events)
        abort();
    for (size_t span = 0; span < nest.spans; span++)
        if (parent[span] >= (int64_t)span || (parent[span] >= 0 && depth[span] <= depth[parent[span]]))
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    scan_input(data, size);
    nest_input(data, size);
    return 0;
}
