/* Matching and nesting of lanes whose spans nest properly, in one pass each. No Python here.
 *
 * A lane whose spans cross, leak around X events, or touch at one ts in a way that takes a closer look is left out, to
 * be done by the rule itself (aero_nb/reader/exact.py).
 */
#ifndef AERO_NB_NEST_H
#define AERO_NB_NEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The B, E and X events of some lanes. A position is an index into these columns; there are at most INT32_MAX. */
typedef struct {
    const uint8_t *phase;
    const int64_t *ts;
    const int64_t *end; /* of X; NULL: they end at ts + dur + carry */
    const int64_t *dur;
    const int8_t *carry;
    const int32_t *name;
    size_t lanes;
    int64_t trace_end;
    uint8_t *left_out; /* by lane: not to be done here; set for those that do not nest properly */
} Lanes;

/* The spans of the lanes that were done: see `Nest` in aero_nb/reader/lane_events.py. */
typedef struct {
    int64_t *begin, *finish, *end, *parent, *self_time, *orphans;
    int32_t *depth;
    uint8_t *unfinished;
    size_t span_room, orphan_room; /* for how many there is room */
    size_t spans, orphan_count;
} Nest;

typedef enum { NEST_DONE, NEST_NO_MEMORY, NEST_NO_ROOM } NestResult;

/* Do lanes that stand one after another, each by (ts, index) and in a run of X at one ts the one that ends last first;
 * `edges` rise from 0 to the number of events. The spans come out lane by lane.
 */
NestResult nest_lanes(const Lanes *lanes, const int64_t *edges, Nest *nest);

/* Do all lanes at once: `rows` are the positions of their events by (ts, index), `lane` says of which lane each event
 * is. The spans come out by time, at one ts lane by lane, a parent before its children; begin and finish are positions.
 */
NestResult nest_rows(const Lanes *lanes, const int64_t *rows, size_t count, const int32_t *lane, Nest *nest);

#endif
