#include "nest.h"

#include <stdlib.h>

/* A lane while its events go by. Spans and positions: -1 is none. */
typedef struct {
    int64_t previous; /* position of the event before */
    int32_t open;     /* the innermost span that is open; the one around it is its parent */
    int32_t depth;    /* spans open */
    int32_t begins;   /* of them B */
    int32_t empty;    /* the last X of length zero */
    bool any_whole;   /* X so far */
} Lane;

static const Lane new_lane = {.previous = -1, .open = -1, .empty = -1};

typedef struct {
    const Lanes *lanes;
    Nest *nest;
    int32_t *whole; /* of a span that is or was open: the innermost X that it is or lies in */
} Work;

static int64_t minus(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a - (uint64_t)b);
}

static int64_t plus(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a + (uint64_t)b);
}

static int64_t end_of(const Lanes *lanes, int64_t position)
{
    if (lanes->end)
        return lanes->end[position];
    return plus(plus(lanes->ts[position], lanes->dur[position]), lanes->carry[position]);
}

static int32_t whole_around(const Work *work, const Lane *lane)
{
    return lane->open < 0 ? -1 : work->whole[lane->open];
}

static void close_innermost(const Work *work, Lane *lane)
{
    lane->open = (int32_t)work->nest->parent[lane->open];
    lane->depth--;
}

/* Give a span its end, and take its time from what it lies in. */
static void finish_span(const Work *work, int32_t span, int64_t end)
{
    Nest *nest = work->nest;
    int64_t length = minus(end, work->lanes->ts[nest->begin[span]]);
    nest->end[span] = end;
    nest->self_time[span] = plus(nest->self_time[span], length);
    if (nest->parent[span] >= 0)
        nest->self_time[nest->parent[span]] = minus(nest->self_time[nest->parent[span]], length);
}

static int32_t add_span(Nest *nest, const Lane *lane, int64_t position)
{
    size_t span = nest->spans++;
    nest->begin[span] = position;
    nest->finish[span] = -1;
    nest->self_time[span] = 0;
    nest->unfinished[span] = 0;
    nest->depth[span] = lane->depth;
    nest->parent[span] = lane->open;
    return (int32_t)span;
}

/* Close the X that have ended by `ts`; false: one of them has, but a span in it has not. */
static bool close_whole(const Work *work, Lane *lane, int64_t ts)
{
    const int64_t *ends = work->nest->end;
    while (lane->open >= 0 && work->whole[lane->open] == lane->open && ends[lane->open] <= ts)
        close_innermost(work, lane);
    int32_t whole = whole_around(work, lane);
    return whole < 0 || ends[whole] > ts;
}

static bool take_end(const Work *work, Lane *lane, int64_t position)
{
    Nest *nest = work->nest;
    const int32_t *names = work->lanes->name;
    if (!lane->begins) {
        nest->orphans[nest->orphan_count++] = position;
        return true;
    }
    int32_t span = lane->open;
    if (work->whole[span] == span)
        return false; /* an X goes on behind the end of the B around it */
    if (names[position] != -1 && names[position] != names[nest->begin[span]])
        return false;
    nest->finish[span] = position;
    finish_span(work, span, work->lanes->ts[position]);
    close_innermost(work, lane);
    lane->begins--;
    return true;
}

static bool take_begin(const Work *work, Lane *lane, int64_t position)
{
    const Lanes *lanes = work->lanes;
    Nest *nest = work->nest;
    bool whole = lanes->phase[position] == 'X';
    int64_t ts = lanes->ts[position], end = whole ? end_of(lanes, position) : ts;
    bool empty = whole && end == ts;
    bool behind_empty = lane->empty >= 0 && lanes->ts[nest->begin[lane->empty]] == ts;
    if (behind_empty && !(empty && nest->begin[lane->empty] == lane->previous))
        return false; /* whether it lies in the empty X depends on where it ends */
    int32_t around = whole_around(work, lane);
    if (whole && (end < ts || (around >= 0 && end > nest->end[around])))
        return false;
    int32_t span = add_span(nest, lane, position);
    if (behind_empty) {
        nest->parent[span] = lane->empty;
        nest->depth[span] = nest->depth[lane->empty] + 1;
    }
    lane->any_whole |= whole;
    if (whole)
        finish_span(work, span, end);
    if (empty) {
        lane->empty = span;
        return true;
    }
    work->whole[span] = whole ? span : around;
    lane->open = span;
    lane->depth++;
    lane->begins += !whole;
    return true;
}

/* Take the next event of a lane; false: its spans do not nest properly. */
static bool take_event(const Work *work, Lane *lane, int64_t position)
{
    bool is_end = work->lanes->phase[position] == 'E';
    bool proper = close_whole(work, lane, work->lanes->ts[position]) &&
                  (is_end ? take_end(work, lane, position) : take_begin(work, lane, position));
    lane->previous = position;
    return proper;
}

static bool has_room(const Nest *nest, bool for_orphan)
{
    return for_orphan ? nest->orphan_count < nest->orphan_room : nest->spans < nest->span_room;
}

/* End what never ended, the innermost first; false: an X around it might end it. */
static bool end_rest(const Work *work, Lane *lane)
{
    if (lane->begins && lane->any_whole)
        return false;
    for (; lane->begins; lane->begins--) {
        int32_t span = lane->open;
        work->nest->unfinished[span] = 1;
        finish_span(work, span, work->lanes->trace_end);
        close_innermost(work, lane);
    }
    return true;
}

/* Make the work on lanes; false: no memory, or more spans than can be counted. */
static bool begin_work(Work *work, const Lanes *lanes, Nest *nest)
{
    size_t room = nest->span_room ? nest->span_room : 1;
    nest->spans = nest->orphan_count = 0;
    *work = (Work){lanes, nest, room <= INT32_MAX ? calloc(room, sizeof *work->whole) : NULL};
    return work->whole;
}

static bool nest_lane(const Work *work, int64_t first, int64_t last)
{
    Lane lane = new_lane;
    for (int64_t position = first; position < last; position++)
        if (!take_event(work, &lane, position))
            return false;
    return end_rest(work, &lane);
}

NestResult nest_lanes(const Lanes *lanes, const int64_t *edges, Nest *nest)
{
    Work work;
    if (!begin_work(&work, lanes, nest))
        return NEST_NO_MEMORY;
    for (size_t lane = 0; lane < lanes->lanes; lane++) {
        size_t spans = nest->spans, orphans = nest->orphan_count;
        if (!lanes->left_out[lane] && !nest_lane(&work, edges[lane], edges[lane + 1])) {
            lanes->left_out[lane] = 1;
            nest->spans = spans;
            nest->orphan_count = orphans;
        }
    }
    free(work.whole);
    return NEST_DONE;
}

/* ---- All lanes at once ---- */

/* An event among those of one ts; ordered by key, then by its place in the order before. */
typedef struct {
    int64_t key, place, row;
} Tied;

static int by_key(const void *left, const void *right)
{
    const Tied *a = left, *b = right;
    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    return (a->place > b->place) - (a->place < b->place);
}

/* Put the events of one ts in the order of a lane: lane by lane, in a run of X the one that ends last first. */
static void order_tied(const Lanes *lanes, const int32_t *lane, Tied *tied, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        tied[i].key = lane[tied[i].row];
        tied[i].place = (int64_t)i;
    }
    qsort(tied, count, sizeof *tied, by_key);
    size_t first = 0;
    for (size_t i = 1; i <= count; i++) {
        bool goes_on = i < count && lane[tied[i].row] == lane[tied[first].row] &&
                       lanes->phase[tied[i].row] == 'X' && lanes->phase[tied[first].row] == 'X';
        if (goes_on)
            continue;
        if (i - first > 1) {
            for (size_t k = first; k < i; k++) {
                tied[k].key = minus(-1, end_of(lanes, tied[k].row)); /* turned round, and never out of range */
                tied[k].place = (int64_t)k;
            }
            qsort(tied + first, i - first, sizeof *tied, by_key);
        }
        first = i;
    }
}

static bool are_in_order(const Lanes *lanes, const int32_t *lane, const int64_t *rows, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        int32_t before = lane[rows[i - 1]], here = lane[rows[i]];
        if (before > here || (before == here && lanes->phase[rows[i - 1]] == 'X' && lanes->phase[rows[i]] == 'X'))
            return false;
    }
    return true;
}

typedef struct {
    Tied *data;
    size_t room; /* how many fit */
} TiedRoom;

static bool reserve_tied(TiedRoom *tied, size_t count)
{
    if (count <= tied->room)
        return true;
    if (count > SIZE_MAX / 2 / sizeof *tied->data)
        return false;
    Tied *data = realloc(tied->data, 2 * count * sizeof *data);
    if (!data)
        return false;
    *tied = (TiedRoom){data, 2 * count};
    return true;
}

static NestResult take_row(const Work *work, Lane *states, const int32_t *lane, int64_t row)
{
    const Lanes *lanes = work->lanes;
    if (lanes->left_out[lane[row]])
        return NEST_DONE;
    if (!has_room(work->nest, lanes->phase[row] == 'E'))
        return NEST_NO_ROOM;
    if (!take_event(work, &states[lane[row]], row))
        lanes->left_out[lane[row]] = 1;
    return NEST_DONE;
}

/* Take the events of one ts. */
static NestResult take_tied(
    const Work *work, Lane *states, const int64_t *rows, size_t count, const int32_t *lane, TiedRoom *tied)
{
    bool in_order = are_in_order(work->lanes, lane, rows, count);
    if (!in_order) {
        if (!reserve_tied(tied, count))
            return NEST_NO_MEMORY;
        for (size_t i = 0; i < count; i++)
            tied->data[i].row = rows[i];
        order_tied(work->lanes, lane, tied->data, count);
    }
    NestResult result = NEST_DONE;
    for (size_t i = 0; i < count && result == NEST_DONE; i++)
        result = take_row(work, states, lane, in_order ? rows[i] : tied->data[i].row);
    return result;
}

static NestResult take_rows(const Work *work, Lane *states, const int64_t *rows, size_t count, const int32_t *lane)
{
    const int64_t *ts = work->lanes->ts;
    NestResult result = NEST_DONE;
    TiedRoom tied = {0};
    for (size_t first = 0, last; first < count && result == NEST_DONE; first = last) {
        for (last = first + 1; last < count && ts[rows[last]] == ts[rows[first]];)
            last++;
        result = take_tied(work, states, rows + first, last - first, lane, &tied);
    }
    free(tied.data);
    return result;
}

/* Do the lanes that are not left out; `failed`: whether one of them had to be, so that what was found is of no use. */
static NestResult try_rows(
    const Work *work, Lane *states, const int64_t *rows, size_t count, const int32_t *lane, bool *failed)
{
    const Lanes *lanes = work->lanes;
    size_t before = 0, after = 0;
    work->nest->spans = work->nest->orphan_count = 0;
    for (size_t i = 0; i < lanes->lanes; i++) {
        states[i] = new_lane;
        before += lanes->left_out[i];
    }
    NestResult result = take_rows(work, states, rows, count, lane);
    for (size_t i = 0; i < lanes->lanes && result == NEST_DONE; i++) {
        if (!lanes->left_out[i] && !end_rest(work, &states[i]))
            lanes->left_out[i] = 1;
        after += lanes->left_out[i];
    }
    *failed = after != before;
    return result;
}

NestResult nest_rows(const Lanes *lanes, const int64_t *rows, size_t count, const int32_t *lane, Nest *nest)
{
    Work work;
    if (!begin_work(&work, lanes, nest))
        return NEST_NO_MEMORY;
    Lane *states = calloc(lanes->lanes ? lanes->lanes : 1, sizeof *states);
    NestResult result = NEST_NO_MEMORY;
    bool failed = false;
    if (states)
        result = try_rows(&work, states, rows, count, lane, &failed);
    if (result == NEST_DONE && failed) /* without them: the spans of each lane are as they are without the others */
        result = try_rows(&work, states, rows, count, lane, &failed);
    free(states);
    free(work.whole);
    return result;
}
