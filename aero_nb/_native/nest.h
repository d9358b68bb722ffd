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

/* The B, E and X events of some lanes: see `Lanes` in aero_nb/reader/spans.py. */
typedef struct {
    const uint8_t *phase;
    const int64_t *ts, *end;
    const int32_t *name;
    const int64_t *edges; /* rising, from 0 to the number of events */
    size_t lanes;
    int64_t trace_end;
    uint8_t *left_out; /* by lane: not to be done here; set for those that do not nest properly */
} Lanes;

/* The spans of the lanes that were done, with room for one an event: see `Nest` in aero_nb/reader/spans.py. */
typedef struct {
    int64_t *begin, *finish, *end, *parent, *self_time, *orphans;
    int32_t *depth;
    uint8_t *unfinished;
    size_t spans, orphan_count;
} Nest;

/* Return whether there was memory for it. */
bool nest_lanes(const Lanes *lanes, Nest *nest);

#endif
