/* Threads and what they know of where to record. */
#include "lanes.h"

THREAD_LOCAL NearThread near_threads[NEAR_LANES];
static uint64_t serials;

bool reserve(void **array, size_t *room, size_t count, size_t size)
{
    if (count < *room)
        return true;
    size_t larger = *room ? 2 * *room : 64;
    void *moved = larger <= SIZE_MAX / size ? PyMem_Realloc(*array, larger * size) : NULL;
    if (!moved) {
        PyErr_NoMemory();
        return false;
    }
    *array = moved;
    *room = larger;
    return true;
}

/* ---- Threads ---- */

/* Let go of what a thread holds of its recorder. */
static void forget_thread(Thread *thread)
{
    while (thread->late_count) {
        Late late = thread->late[--thread->late_count];
        Py_DECREF(late.code);
        Py_DECREF(late.globals);
    }
    PyMem_Free(thread->late);
    PyMem_Free(thread->open);
    thread->late = NULL;
    thread->open = NULL;
    thread->late_room = thread->open_room = thread->open_count = 0;
    for (int i = 0; i < NEAR_NAMES; i++)
        Py_CLEAR(thread->near_names[i].name);
    Py_CLEAR(thread->ring);
}

static void unlink_thread(Thread *thread)
{
    if (thread->lanes) {
        *thread->link = thread->after;
        if (thread->after)
            thread->after->link = thread->link;
        thread->lanes = NULL;
    }
}

static void thread_dealloc(Thread *self)
{
    PyTypeObject *type = Py_TYPE(self);
    for (int i = 0; i < NEAR_LANES; i++)
        if (near_threads[i].thread == self)
            near_threads[i] = (NearThread){0};
    unlink_thread(self);
    forget_thread(self);
    type->tp_free((PyObject *)self);
    Py_DECREF(type);
}

static PyType_Slot thread_slots[] = {
    {Py_tp_dealloc, thread_dealloc},
    {Py_tp_doc, "What the lanes of a recorder know of a thread: it ends with it."},
    {0},
};

static PyType_Spec thread_spec = {
    "aero_nb._native._core.Thread",
    sizeof(Thread),
    0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    thread_slots,
};

/* Remove what a thread still holds of lanes that have gone, found one after another: there is seldom more than one. */
static bool remove_gone(PyObject *locals, PyTypeObject *type)
{
    PyObject *key, *value;
    for (Py_ssize_t at = 0; PyDict_Next(locals, &at, &key, &value);) {
        if (!Py_IS_TYPE(value, type) || ((Thread *)value)->lanes)
            continue;
        Py_INCREF(key);
        int removed = PyDict_DelItem(locals, key);
        Py_DECREF(key);
        if (removed < 0)
            return false;
        at = 0;
    }
    return true;
}

static Thread *new_thread(ThreadLanes *lanes, PyObject *locals, PyObject *key)
{
    PyTypeObject *type = lanes->types->thread;
    if (!remove_gone(locals, type))
        return NULL;
    Thread *thread = (Thread *)type->tp_alloc(type, 0);
    if (!thread)
        return NULL;
    thread->lanes = lanes;
    thread->after = lanes->threads;
    thread->link = &lanes->threads;
    if (thread->after)
        thread->after->link = &thread->after;
    lanes->threads = thread;
    int kept = PyDict_SetItem(locals, key, (PyObject *)thread);
    Py_DECREF(thread); /* the thread's dict holds it */
    return kept < 0 ? NULL : thread;
}

Thread *look_up_thread(ThreadLanes *lanes)
{
    PyObject *locals = PyThreadState_GetDict();
    if (!locals)
        return (Thread *)PyErr_NoMemory();
    PyObject *key = PyUnicode_FromFormat("aero_nb lanes %llu", (unsigned long long)lanes->serial);
    if (!key)
        return NULL;
    Thread *thread = (Thread *)PyDict_GetItemWithError(locals, key);
    if (!thread && !PyErr_Occurred())
        thread = new_thread(lanes, locals, key);
    Py_DECREF(key);
    if (thread)
        near_threads[lanes->serial % NEAR_LANES] = (NearThread){lanes->serial, thread};
    return thread;
}

int take_ring(ThreadLanes *lanes, Thread *thread, Moment before, PyObject *found)
{
    if (!found)
        return -1;
    bool is_ring = Py_IS_TYPE(found, lanes->types->ring);
    Ring *ring = thread->ring;
    thread->idle = found == Py_False;
    thread->ring = is_ring ? (Ring *)Py_NewRef(found) : NULL;
    thread->since = before;
    if (is_ring && thread->ring != ring)
        thread->rings++;
    if (!is_ring && !thread->idle)
        thread->since.epoch = 0; /* of no lanes: ask again */
    Py_XDECREF(ring);
    Py_DECREF(found);
    return 0;
}

int32_t look_up_code(Thread *thread, PyObject *name, NearName *near)
{
    PyObject *known = PyUnicode_CheckExact(name) ? PyDict_GetItemWithError(thread->ring->begins, name) : NULL;
    if (!known)
        return PyErr_Occurred() ? -2 : -1;
    int32_t code = (int32_t)PyLong_AsLong(known);
    Py_XSETREF(near->name, Py_NewRef(name));
    near->code = code;
    near->ring = thread->rings;
    return code;
}

/* ---- ThreadLanes ---- */

void lanes_open(ThreadLanes *lanes, CoreTypes *types)
{
    lanes->types = types;
    lanes->serial = PyInterpreterState_Get() == PyInterpreterState_Main() ? ++serials : 0;
    lanes->epoch = 1; /* 0 is that of a thread that is to ask */
}

int lanes_traverse(ThreadLanes *lanes, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(lanes));
    Py_VISIT(lanes->tasks);
    return 0;
}

void lanes_clear(ThreadLanes *lanes)
{
    if (lanes->has_state)
        PyBuffer_Release(&lanes->state);
    lanes->has_state = false;
    Py_CLEAR(lanes->tasks);
}

void lanes_close(ThreadLanes *lanes)
{
    while (lanes->threads) {
        Thread *thread = lanes->threads;
        unlink_thread(thread);
        forget_thread(thread);
    }
    lanes_clear(lanes);
}

PyObject *lanes_watch(ThreadLanes *lanes, PyObject *args)
{
    PyObject *state, *tasks;
    Py_buffer buffer;
    if (!PyArg_ParseTuple(args, "OO:watch", &state, &tasks))
        return NULL;
    if (tasks != Py_None && !PyDict_CheckExact(tasks))
        return PyErr_Format(PyExc_TypeError, "expected a dict of tasks, found %s", Py_TYPE(tasks)->tp_name);
    if (state != Py_None) {
        if (PyObject_GetBuffer(state, &buffer, PyBUF_SIMPLE) < 0)
            return NULL;
        if (buffer.len < (Py_ssize_t)sizeof(int64_t)) {
            PyBuffer_Release(&buffer);
            return PyErr_Format(PyExc_ValueError, "expected a state of 8 bytes, found less");
        }
    }
    lanes_clear(lanes);
    if (state != Py_None) {
        lanes->state = buffer;
        lanes->has_state = true;
    }
    lanes->tasks = tasks == Py_None ? NULL : Py_NewRef(tasks);
    lanes->epoch++;
    Py_RETURN_NONE;
}

int lanes_add_types(PyObject *module, CoreTypes *types)
{
    types->thread = (PyTypeObject *)PyType_FromModuleAndSpec(module, &thread_spec, NULL);
    return types->thread ? 0 : -1;
}
