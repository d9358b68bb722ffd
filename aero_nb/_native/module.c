/* The native core for Python, as _core.pyi describes it; the scan and the nest pass are wrapped here. */
#include "calls.h"
#include "functions.h"
#include "lines.h"
#include "nest.h"
#include "ring.h"
#include "scan.h"

#ifndef SOURCE_HASH
#define SOURCE_HASH ""
#endif

/* Python's own hash of bytes: seeded at random in each process, and made for texts from anywhere. */
static uint64_t hash_bytes(const void *text, size_t length)
{
    return (uint64_t)PyHash_GetFuncDef()->hash(text, (Py_ssize_t)length);
}

/* ---- Scanner ---- */

typedef struct {
    PyObject_HEAD
    Scan scan;
    bool busy; /* in another thread, the GIL released */
} Scanner;

static PyObject *scanner_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"phases", "instants", NULL};
    const char *phases, *instants;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "ss:Scanner", names, &phases, &instants))
        return NULL;
    Scanner *self = (Scanner *)type->tp_alloc(type, 0);
    if (self)
        scan_init(&self->scan, hash_bytes, phases, instants);
    return (PyObject *)self;
}

static void scanner_dealloc(Scanner *self)
{
    PyTypeObject *type = Py_TYPE(self);
    scan_free(&self->scan);
    type->tp_free((PyObject *)self);
    Py_DECREF(type);
}

static PyObject *bytes_of(const Vector *vector)
{
    return PyBytes_FromStringAndSize(vector->data ? vector->data : "", (Py_ssize_t)vector->size);
}

/* The texts that the last scan met first, as a JSON array. */
static PyObject *fresh_texts(const Table *table)
{
    size_t size = table_size(table);
    size_t start = size > table->kept ? table_entry(table, table->kept)->start : table->text.size;
    size_t length = table->text.size - start + (size - table->kept) + 2;
    PyObject *joined = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)length);
    if (!joined)
        return NULL;
    char *at = PyBytes_AS_STRING(joined);
    *at++ = '[';
    for (size_t code = table->kept; code < size; code++) {
        const Entry *entry = table_entry(table, code);
        if (code > table->kept)
            *at++ = ',';
        memcpy(at, table->text.data + entry->start, entry->length);
        at += entry->length;
    }
    *at++ = ']';
    if (_PyBytes_Resize(&joined, at - PyBytes_AS_STRING(joined)) < 0)
        return NULL;
    return joined;
}

static PyObject *found_of(const Scan *scan)
{
    PyObject *parts[] = {
        PyLong_FromLong(scan->elements),
        bytes_of(&scan->rows),
        fresh_texts(&scan->shapes),
        bytes_of(&scan->shapes.fresh),
        fresh_texts(&scan->names),
        bytes_of(&scan->names.fresh),
        bytes_of(&scan->args),
        bytes_of(&scan->args_text),
        bytes_of(&scan->extras),
        bytes_of(&scan->extras_text),
        bytes_of(&scan->odd),
    };
    const Py_ssize_t count = sizeof parts / sizeof *parts;
    PyObject *found = PyTuple_New(count);
    for (Py_ssize_t i = 0; i < count; i++) {
        if (!parts[i])
            Py_CLEAR(found);
        if (found)
            PyTuple_SET_ITEM(found, i, Py_NewRef(parts[i]));
    }
    for (Py_ssize_t i = 0; i < count; i++)
        Py_XDECREF(parts[i]);
    return found;
}

static PyObject *scanner_scan(Scanner *self, PyObject *piece)
{
    if (!PyBytes_Check(piece))
        return PyErr_Format(PyExc_TypeError, "expected bytes, found %s", Py_TYPE(piece)->tp_name);
    if (self->busy)
        return PyErr_Format(PyExc_RuntimeError, "expected one thread for a Scanner, found another one in it");
    ScanResult result;
    self->busy = true;
    Py_BEGIN_ALLOW_THREADS
    result = scan_piece(&self->scan, PyBytes_AS_STRING(piece), (size_t)PyBytes_GET_SIZE(piece));
    Py_END_ALLOW_THREADS
    self->busy = false;
    if (result == SCAN_NO_MEMORY)
        return PyErr_NoMemory();
    if (result == SCAN_REFUSED)
        Py_RETURN_NONE;
    return found_of(&self->scan);
}

static PyObject *scanner_keep(Scanner *self, PyObject *Py_UNUSED(nothing))
{
    if (self->busy)
        return PyErr_Format(PyExc_RuntimeError, "expected one thread for a Scanner, found another one in it");
    scan_keep(&self->scan);
    Py_RETURN_NONE;
}

static PyMethodDef scanner_methods[] = {
    {"scan", (PyCFunction)(void (*)(void))scanner_scan, METH_O, "Scan a piece; None: it is for Python as a whole."},
    {"keep", (PyCFunction)(void (*)(void))scanner_keep, METH_NOARGS, "Keep the texts that the last scan met first."},
    {0},
};

static PyType_Slot scanner_slots[] = {
    {Py_tp_new, scanner_new},
    {Py_tp_dealloc, scanner_dealloc},
    {Py_tp_methods, scanner_methods},
    {Py_tp_doc, "Scanner(phases, instants): reads pieces of an events array, one after another."},
    {0},
};

static PyType_Spec scanner_spec = {
    "aero_nb._native._core.Scanner", sizeof(Scanner), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE, scanner_slots,
};

/* ---- nest ---- */

enum { PHASE, TS, END, NAME, EDGES, LEFT_OUT, BEGIN, FINISH, NEST_END, PARENT, SELF_TIME, ORPHANS, DEPTH, UNFINISHED, BUFFERS };

static const unsigned char item_sizes[BUFFERS] = {1, 8, 8, 4, 8, 1, 8, 8, 8, 8, 8, 8, 4, 1};

/* Check the sizes of all columns, and that the edges rise from 0 to the number of events. */
static bool fit(const Py_buffer *buffers)
{
    Py_ssize_t events = buffers[PHASE].len, lanes = buffers[LEFT_OUT].len;
    if (buffers[EDGES].len / 8 != lanes + 1)
        return false;
    for (int i = 0; i < BUFFERS; i++)
        if (buffers[i].len % item_sizes[i] || (i != EDGES && i != LEFT_OUT && buffers[i].len / item_sizes[i] != events))
            return false;
    const int64_t *edges = buffers[EDGES].buf;
    for (Py_ssize_t lane = 0; lane < lanes; lane++)
        if (edges[lane] > edges[lane + 1])
            return false;
    return edges[0] == 0 && edges[lanes] == events && events <= INT32_MAX;
}

static PyObject *nest_buffers(const Py_buffer *buffers, int64_t trace_end)
{
    if (!fit(buffers))
        return PyErr_Format(PyExc_ValueError, "expected columns of one length and rising edges, found others");
    Lanes lanes = {
        .phase = buffers[PHASE].buf,
        .ts = buffers[TS].buf,
        .end = buffers[END].buf,
        .name = buffers[NAME].buf,
        .edges = buffers[EDGES].buf,
        .lanes = (size_t)buffers[LEFT_OUT].len,
        .trace_end = trace_end,
        .left_out = buffers[LEFT_OUT].buf,
    };
    Nest nest = {
        .begin = buffers[BEGIN].buf,
        .finish = buffers[FINISH].buf,
        .end = buffers[NEST_END].buf,
        .parent = buffers[PARENT].buf,
        .self_time = buffers[SELF_TIME].buf,
        .orphans = buffers[ORPHANS].buf,
        .depth = buffers[DEPTH].buf,
        .unfinished = buffers[UNFINISHED].buf,
    };
    bool done;
    Py_BEGIN_ALLOW_THREADS
    done = nest_lanes(&lanes, &nest);
    Py_END_ALLOW_THREADS
    if (!done)
        return PyErr_NoMemory();
    return Py_BuildValue("nn", (Py_ssize_t)nest.spans, (Py_ssize_t)nest.orphan_count);
}

static PyObject *module_nest(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t count)
{
    if (count != BUFFERS + 1)
        return PyErr_Format(PyExc_TypeError, "expected %d arguments, found %zd", BUFFERS + 1, count);
    long long trace_end = PyLong_AsLongLong(args[BUFFERS]);
    if (trace_end == -1 && PyErr_Occurred())
        return NULL;
    Py_buffer buffers[BUFFERS];
    PyObject *found = NULL;
    int held = 0;
    for (; held < BUFFERS; held++) {
        int flags = held < LEFT_OUT ? PyBUF_SIMPLE : PyBUF_WRITABLE;
        if (PyObject_GetBuffer(args[held], &buffers[held], flags) < 0)
            break;
    }
    if (held == BUFFERS)
        found = nest_buffers(buffers, trace_end);
    while (held > 0)
        PyBuffer_Release(&buffers[--held]);
    return found;
}

/* ---- The module ---- */

static PyMethodDef module_methods[] = {
    {"nest", (PyCFunction)(void (*)(void))module_nest, METH_FASTCALL, "Nest the lanes whose spans nest properly."},
    {"lines", module_lines, METH_VARARGS, "Write records as lines of JSON."},
    {0},
};

static int module_exec(PyObject *module)
{
    PyObject *type = PyType_FromModuleAndSpec(module, &scanner_spec, NULL);
    if (!type)
        return -1;
    int added = PyModule_AddType(module, (PyTypeObject *)type);
    Py_DECREF(type);
    CoreTypes *types = PyModule_GetState(module);
    if (added < 0 || ring_add_types(module, types) < 0 || lanes_add_types(module, types) < 0)
        return -1;
    if (calls_add_types(module, types) < 0 || functions_add_types(module, types) < 0)
        return -1;
    return PyModule_AddStringConstant(module, "SOURCE_HASH", SOURCE_HASH);
}

static int module_traverse(PyObject *module, visitproc visit, void *arg)
{
    CoreTypes *types = PyModule_GetState(module);
    Py_VISIT(types->ring);
    Py_VISIT(types->calls);
    Py_VISIT(types->thread);
    return 0;
}

static int module_clear(PyObject *module)
{
    CoreTypes *types = PyModule_GetState(module);
    Py_CLEAR(types->ring);
    Py_CLEAR(types->calls);
    Py_CLEAR(types->thread);
    return 0;
}

static void module_free(void *module)
{
    module_clear(module);
}

static PyModuleDef_Slot module_slots[] = {
    {Py_mod_exec, module_exec},
#if PY_VERSION_HEX >= 0x030C0000
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#endif
    {0},
};

PyModuleDef core_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_core",
    .m_doc = "What of the reader and the recorder is written in C.",
    .m_size = sizeof(CoreTypes),
    .m_methods = module_methods,
    .m_slots = module_slots,
    .m_traverse = module_traverse,
    .m_clear = module_clear,
    .m_free = module_free,
};

PyMODINIT_FUNC PyInit__core(void)
{
    return PyModuleDef_Init(&core_module);
}
