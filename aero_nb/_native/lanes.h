/* Where the threads of a recorder record, as far as C code knows it, and when Python has to be asked anew. */
#ifndef AERO_NB_LANES_H
#define AERO_NB_LANES_H

#include "ring.h"

typedef struct {
    int32_t name;
    int64_t begin_ns;
} OpenCall;

/* A begin or end where the stack had no room to record it, or a Ctrl-C came between. */
typedef struct {
    PyObject *code, *globals;
    int64_t at_ns;
    int kind;
} Late;

/* What changes when records may have to go elsewhere. */
typedef struct {
    uint64_t epoch, tasks;
    int64_t state;
} Moment;

/* A name and its code in the ring that a thread took so many rings ago. */
typedef struct {
    PyObject *name; /* held, so that its address tells it from all others; NULL: free */
    int32_t code;
    uint32_t ring;
} NearName;

#define NEAR_NAMES 32 /* a power of two */

typedef struct ThreadLanes ThreadLanes;

typedef struct Thread {
    PyObject_HEAD
    ThreadLanes *lanes;                 /* NULL: they have gone */
    struct Thread *after, **link; /* in the list of the lanes */
    Ring *ring;                   /* NULL: ask */
    uint32_t rings;               /* so many were taken */
    bool idle;                    /* nothing is recorded at present */
    Moment since;                 /* when that was so */
    OpenCall *open;               /* of function tracing, as are those that are late */
    size_t open_count, open_room;
    Late *late;
    size_t late_count, late_room;
    NearName near_names[NEAR_NAMES];
} Thread;

/* What `RecordingCalls` and `FunctionHooks` begin with. */
struct ThreadLanes {
    PyObject_HEAD
    CoreTypes *types;
    Thread *threads;
    uint64_t serial; /* an address may come again; 0: of a subinterpreter, which is for Python */
    uint64_t epoch;
    PyObject *tasks; /* asyncio's dict of running tasks, or NULL */
    bool has_state;
    Py_buffer state; /* its first 8 bytes change when the recorder's owner starts or stops */
};

#define NEAR_LANES 4 /* a thread records through so many ThreadLanes at a time without looking its part up */

typedef struct {
    uint64_t serial; /* of the lanes that `thread` belongs to; 0: of none */
    Thread *thread;
} NearThread;

#ifdef __GLIBC__ /* which has room for a little more in each thread's static block */
#define THREAD_LOCAL _Thread_local __attribute__((tls_model("initial-exec")))
#else
#define THREAD_LOCAL _Thread_local
#endif

extern THREAD_LOCAL NearThread near_threads[NEAR_LANES];

/* Begin, visit, let go of and end what all ThreadLanes have. */
void lanes_open(ThreadLanes *lanes, CoreTypes *types);
int lanes_traverse(ThreadLanes *lanes, visitproc visit, void *arg);
void lanes_clear(ThreadLanes *lanes);
void lanes_close(ThreadLanes *lanes);

/* The method `watch`. */
PyObject *lanes_watch(ThreadLanes *lanes, PyObject *args);

/* Take what Python says of where the running code records, `before` it was asked; NULL (and -1): an exception is set. */
int take_ring(ThreadLanes *lanes, Thread *thread, Moment before, PyObject *found);

/* Make room for one more in an array. */
bool reserve(void **array, size_t *room, size_t count, size_t size);

/* Add the type of threads to the module's; -1 with an exception set. */
int lanes_add_types(PyObject *module, CoreTypes *types);

/* Look up the calling thread's part of the lanes, NULL with an exception set. */
Thread *look_up_thread(ThreadLanes *lanes);

/* Look up the code of a name, and keep it near. */
int32_t look_up_code(Thread *thread, PyObject *name, NearName *near);

/* Return the calling thread's part of lanes with a serial number, NULL with an exception set. */
static inline Thread *this_thread(ThreadLanes *lanes)
{
    const NearThread *near = &near_threads[lanes->serial % NEAR_LANES];
    return near->serial == lanes->serial ? near->thread : look_up_thread(lanes);
}

#if PY_VERSION_HEX < 0x030E0000
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations" /* since 3.12, to be gone in 3.14 */
static inline uint64_t tasks_version(const ThreadLanes *lanes)
{
    return lanes->tasks ? ((PyDictObject *)lanes->tasks)->ma_version_tag : 0;
}
#pragma GCC diagnostic pop
#else
static inline uint64_t tasks_version(const ThreadLanes *lanes)
{
    (void)lanes; /* Python asks asyncio each time */
    return 0;
}
#endif

static inline Moment this_moment(const ThreadLanes *lanes)
{
    int64_t state = lanes->has_state ? *(volatile int64_t *)lanes->state.buf : 0;
    return (Moment){lanes->epoch, tasks_version(lanes), state};
}

static inline bool nothing_changed(const ThreadLanes *lanes, const Thread *thread)
{
    Moment now = this_moment(lanes);
    return now.epoch == thread->since.epoch && now.tasks == thread->since.tasks && now.state == thread->since.state;
}

/* Return the calling thread's part of the lanes where nothing has changed since Python was asked, else NULL. */
static inline Thread *settled_thread(const ThreadLanes *lanes)
{
    const NearThread *near = &near_threads[lanes->serial % NEAR_LANES];
    return near->serial == lanes->serial && near->thread && nothing_changed(lanes, near->thread) ? near->thread : NULL;
}

/* Return the code of a begin of this name in the thread's ring: below 0 it has none, or (-2) an exception is set. */
static inline int32_t code_of(Thread *thread, PyObject *name)
{
    NearName *near = &thread->near_names[((uint64_t)(uintptr_t)name >> 4) * 0x9E3779B97F4A7C15u >> 32 & (NEAR_NAMES - 1)];
    return near->name == name && near->ring == thread->rings ? near->code : look_up_code(thread, name, near);
}

#endif
