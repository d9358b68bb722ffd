/* The ring of one lane: its last records, over and over, in a buffer: memory, or a mapped file (recorder/lanes/ring.py).
 *
 * One thread writes; anybody may copy it at any moment, also after the writer was killed in the middle of a record: a
 * slot carries the number of its lap before and behind its data, and where the two differ the slot is torn.
 */
#ifndef AERO_NB_RING_H
#define AERO_NB_RING_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#ifdef Py_GIL_DISABLED
#error "expected a Python with a GIL, found a free-threaded one: it is for pure Python"
#endif

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

enum { RECORD_BEGIN, RECORD_END, RECORD_INSTANT, RECORD_FLOAT, RECORD_INTEGER }; /* the kinds of recorder/lanes/records.py; those behind RECORD_INSTANT have a value */
#define KINDS 8

typedef struct {
    uint32_t lap; /* counts from 1 */
    int32_t code; /* KINDS * name + kind */
    int64_t time_ns;
    int64_t value; /* or the bits of a double */
    uint32_t lap_behind, unused;
} Slot;

_Static_assert(sizeof(Slot) == 32, "a slot is as recorder/lanes/records.py writes it");

typedef struct {
    PyObject_HEAD
    Slot *slots;
    size_t records, next;
    uint32_t lap;
    Py_buffer memory;   /* where the slots lie */
    PyObject *begins;   /* name -> code of its begin: the dict that interns, or NULL */
    int32_t *codes;     /* by number of a function's name: of its begin, -1: not known to this lane yet */
    size_t known;
} Ring;

/* The time of time.perf_counter_ns(). */
static inline int64_t clock_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static inline void ring_write(Ring *ring, int32_t code, int64_t time_ns, int64_t value)
{
    Slot *slot = &ring->slots[ring->next];
    *(volatile uint32_t *)&slot->lap = ring->lap;
    atomic_thread_fence(memory_order_release);
    slot->code = code;
    slot->time_ns = time_ns;
    slot->value = value;
    atomic_thread_fence(memory_order_release);
    *(volatile uint32_t *)&slot->lap_behind = ring->lap;
    if (++ring->next == ring->records) {
        ring->next = 0;
        ring->lap++;
    }
}

static inline int64_t bits_of(double number)
{
    int64_t bits;
    memcpy(&bits, &number, sizeof bits);
    return bits;
}

static inline bool ring_knows(const Ring *ring, int32_t name)
{
    return (size_t)name < ring->known && ring->codes[name] >= 0;
}

/* The types that C code makes objects of. */
typedef struct {
    PyTypeObject *ring, *thread, *calls;
} CoreTypes;

extern PyModuleDef core_module;

/* Add the types to the module; -1 with an exception set. */
int ring_add_types(PyObject *module, CoreTypes *types);

#endif
