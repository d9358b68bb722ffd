#include "nest.h"

#include <stdlib.h>

/* A span that is open; `whole`: the place among the open spans of the innermost X at or below it, -1: none. */
typedef struct {
    size_t span;
    ptrdiff_t whole;
} Open;

/* The lane at hand. */
typedef struct {
    const Lanes *lanes;
    Nest *nest;
    Open *open;
    ptrdiff_t depth;    /* spans open */
    ptrdiff_t begins;   /* of them B */
    bool any_whole;     /* X so far */
    int64_t empty;      /* the last X of length zero, -1: none */
} Lane;

static int64_t minus(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a - (uint64_t)b);
}

static bool is_whole(const Lane *lane, ptrdiff_t place)
{
    return lane->open[place].whole == place;
}

/* Give a span its end, and take its time from what it lies in. */
static void finish_span(Lane *lane, size_t span, int64_t end)
{
    Nest *nest = lane->nest;
    int64_t length = minus(end, lane->lanes->ts[nest->begin[span]]);
    nest->end[span] = end;
    nest->self_time[span] = minus(nest->self_time[span], minus(0, length));
    if (nest->parent[span] >= 0)
        nest->self_time[nest->parent[span]] = minus(nest->self_time[nest->parent[span]], length);
}

static size_t add_span(Lane *lane, int64_t position)
{
    Nest *nest = lane->nest;
    size_t span = nest->spans++;
    nest->begin[span] = position;
    nest->finish[span] = -1;
    nest->self_time[span] = 0;
    nest->unfinished[span] = 0;
    nest->depth[span] = (int32_t)lane->depth;
    nest->parent[span] = lane->depth ? (int64_t)lane->open[lane->depth - 1].span : -1;
    return span;
}

static void push(Lane *lane, size_t span, bool whole)
{
    ptrdiff_t below = lane->depth ? lane->open[lane->depth - 1].whole : -1;
    lane->open[lane->depth] = (Open){span, whole ? lane->depth : below};
    lane->depth++;
}

/* Close the X that have ended by `ts`; false: one of them has, but a span in it has not. */
static bool close_whole(Lane *lane, int64_t ts)
{
    const int64_t *ends = lane->nest->end;
    while (lane->depth && is_whole(lane, lane->depth - 1) && ends[lane->open[lane->depth - 1].span] <= ts)
        lane->depth--;
    ptrdiff_t whole = lane->depth ? lane->open[lane->depth - 1].whole : -1;
    return whole < 0 || ends[lane->open[whole].span] > ts;
}

static bool take_end(Lane *lane, int64_t position)
{
    Nest *nest = lane->nest;
    if (!lane->begins) {
        nest->orphans[nest->orphan_count++] = position;
        return true;
    }
    if (is_whole(lane, lane->depth - 1))
        return false; /* an X goes on behind the end of the B around it */
    size_t span = lane->open[lane->depth - 1].span;
    int32_t name = lane->lanes->name[position];
    if (name != -1 && name != lane->lanes->name[nest->begin[span]])
        return false;
    nest->finish[span] = position;
    finish_span(lane, span, lane->lanes->ts[position]);
    lane->depth--;
    lane->begins--;
    return true;
}

static bool take_begin(Lane *lane, int64_t position)
{
    const Lanes *lanes = lane->lanes;
    Nest *nest = lane->nest;
    int64_t ts = lanes->ts[position], end = lanes->end[position];
    bool whole = lanes->phase[position] == 'X', empty = whole && end == ts;
    bool behind_empty = lane->empty >= 0 && lanes->ts[nest->begin[lane->empty]] == ts;
    if (behind_empty && !(empty && nest->begin[lane->empty] == position - 1))
        return false; /* whether it lies in the empty X depends on where it ends */
    ptrdiff_t around = lane->depth ? lane->open[lane->depth - 1].whole : -1;
    if (whole && (end < ts || (around >= 0 && end > nest->end[lane->open[around].span])))
        return false;
    size_t span = add_span(lane, position);
    if (behind_empty) {
        nest->parent[span] = lane->empty;
        nest->depth[span] = nest->depth[lane->empty] + 1;
    }
    if (whole)
        finish_span(lane, span, end);
    if (empty) {
        lane->empty = (int64_t)span;
        lane->any_whole = true;
        return true;
    }
    push(lane, span, whole);
    lane->any_whole |= whole;
    lane->begins += !whole;
    return true;
}

/* End what never ended, the innermost first; false: an X around it might end it. */
static bool end_rest(Lane *lane)
{
    if (lane->begins && lane->any_whole)
        return false;
    for (; lane->begins; lane->begins--) {
        size_t span = lane->open[--lane->depth].span;
        lane->nest->unfinished[span] = 1;
        finish_span(lane, span, lane->lanes->trace_end);
    }
    return true;
}

static bool nest_lane(const Lanes *lanes, Nest *nest, Open *open, int64_t first, int64_t last)
{
    Lane lane = {.lanes = lanes, .nest = nest, .open = open, .empty = -1};
    for (int64_t position = first; position < last; position++) {
        bool is_end = lanes->phase[position] == 'E';
        if (!close_whole(&lane, lanes->ts[position]))
            return false;
        if (!(is_end ? take_end(&lane, position) : take_begin(&lane, position)))
            return false;
    }
    return end_rest(&lane);
}

bool nest_lanes(const Lanes *lanes, Nest *nest)
{
    nest->spans = nest->orphan_count = 0;
    size_t longest = 0;
    for (size_t lane = 0; lane < lanes->lanes; lane++) {
        size_t length = (size_t)(lanes->edges[lane + 1] - lanes->edges[lane]);
        longest = length > longest ? length : longest;
    }
    Open *open = calloc(longest ? longest : 1, sizeof *open);
    if (!open)
        return false;
    for (size_t lane = 0; lane < lanes->lanes; lane++) {
        size_t spans = nest->spans, orphans = nest->orphan_count;
        if (!lanes->left_out[lane] && !nest_lane(lanes, nest, open, lanes->edges[lane], lanes->edges[lane + 1])) {
            lanes->left_out[lane] = 1;
            nest->spans = spans;
            nest->orphan_count = orphans;
        }
    }
    free(open);
    return true;
}
