/* Hooks that record the calls of Python functions into the rings of their lanes. */
#ifndef AERO_NB_FUNCTIONS_H
#define AERO_NB_FUNCTIONS_H

#include "lanes.h"

#define UNWANTED (-1)

typedef struct {
    PyObject *code; /* NULL: free */
    int32_t name;   /* its number, or UNWANTED */
} Function;

typedef struct {
    Function *entries;
    size_t room, count; /* room: a power of two, or 0 */
} Functions;

typedef struct {
    ThreadLanes lanes;
    PyObject *look_up, *record, *fail, *disable;
    PyObject *ended; /* while they are installed, and in the thread that did it until it was told (Python 3.11) */
    PyObject *deep;  /* while they evaluate frames: what installs them, where the stack has no room for that */
    uint64_t home;   /* the thread that installed them */
    bool installed, evaluating;
    int64_t least_ns;
    Functions functions;
} FunctionHooks;

static inline Function *function_place(const Functions *table, const void *code)
{
    size_t at = (size_t)(((uint64_t)(uintptr_t)code >> 4) * 0x9E3779B97F4A7C15u >> 32);
    for (;; at++) {
        Function *entry = &table->entries[at & (table->room - 1)];
        if (entry->code == code || !entry->code)
            return entry;
    }
}

static inline const Function *function_find(const Functions *table, const void *code)
{
    const Function *entry = table->room ? function_place(table, code) : NULL;
    return entry && entry->code ? entry : NULL;
}

/* Record an event of a function with a name if that takes no more than to write it. */
static inline bool function_record(const FunctionHooks *hooks, int kind, int32_t name)
{
    const Thread *thread = settled_thread(&hooks->lanes);
    if (!thread || thread->late_count || hooks->least_ns || !thread->ring || !ring_knows(thread->ring, name))
        return false;
    ring_write(thread->ring, thread->ring->codes[name] + kind, clock_ns(), 0);
    return true;
}

/* Where an event is: in a frame object (Python 3.11), among these globals, or, both NULL, in the running frame. */
typedef struct {
    void *frame;
    PyObject *globals;
} Place;

/* Handle an event; 0, -1 with the user's exception set, or 1: no more of this function, please.
 *
 * `is_void`: an event whose hook raises is none.
 */
int functions_on_event(FunctionHooks *hooks, int kind, PyObject *code, Place place, bool is_void);

/* Tell Python of the exception that is set, which stops the hooks. */
void functions_give_up(FunctionHooks *hooks);

/* Add `FunctionHooks` to the module; -1 with an exception set. */
int functions_add_types(PyObject *module, CoreTypes *types);

#if PY_VERSION_HEX < 0x030C0000

/* The profile function of a thread whose argument are hooks. */
int functions_profile(PyObject *self, PyFrameObject *frame, int what, PyObject *result);

/* Evaluate all frames through these hooks; false: that cannot be. */
bool frames_begin(FunctionHooks *hooks);

/* Do so no more; harmless where they do not. */
void frames_end(FunctionHooks *hooks);

#endif

#endif
