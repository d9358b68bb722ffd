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

enum { ROW_COLUMNS = 6 };

/* The rows column by column, as bytearrays: ts, dur, element (int64); carry (int8); shape, name + 1 (int32). */
static PyObject *columns_of(const Scan *scan)
{
    static const size_t sizes[ROW_COLUMNS] = {8, 8, 8, 1, 4, 4};
    const Row *rows = (const Row *)(const void *)scan->rows.data;
    size_t count = scan->rows.size / sizeof *rows;
    PyObject *columns = PyTuple_New(ROW_COLUMNS);
    void *data[ROW_COLUMNS];
    for (int i = 0; columns && i < ROW_COLUMNS; i++) {
        PyObject *column = PyByteArray_FromStringAndSize(NULL, (Py_ssize_t)(count * sizes[i]));
        if (!column) {
            Py_CLEAR(columns);
            break;
        }
        data[i] = PyByteArray_AS_STRING(column);
        PyTuple_SET_ITEM(columns, i, column);
    }
    if (!columns || !count)
        return columns;
    int64_t *ts = data[0], *dur = data[1], *element = data[2];
    int8_t *carry = data[3];
    int32_t *shape = data[4], *name = data[5];
    for (size_t i = 0; i < count; i++) {
        ts[i] = rows[i].ts;
        dur[i] = rows[i].dur;
        element[i] = rows[i].element;
        carry[i] = (int8_t)rows[i].carry;
        shape[i] = rows[i].shape;
        name[i] = rows[i].name + 1;
    }
    return columns;
}

static PyObject *found_of(const Scan *scan)
{
    PyObject *parts[] = {
        PyLong_FromLong(scan->elements),
        columns_of(scan),
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

/* Of the columns that spans are written to. */
enum { BEGIN, FINISH, NEST_END, PARENT, SELF_TIME, ORPHANS, DEPTH, UNFINISHED, MADE };
static const unsigned char made_sizes[MADE] = {8, 8, 8, 8, 8, 8, 4, 1};

enum { PHASE, TS, END, NAME, EDGES, LEFT_OUT, LANE_MADE, LANE_BUFFERS = LANE_MADE + MADE };
static const unsigned char lane_sizes[LANE_MADE] = {1, 8, 8, 4, 8, 1};

enum { ROW_PHASE, ROW_TS, ROW_DUR, ROW_CARRY, ROW_NAME, ROW_LANE, ROWS, ROW_LEFT_OUT, ROW_MADE, ROW_BUFFERS = ROW_MADE + MADE };
static const unsigned char row_sizes[ROW_MADE] = {1, 8, 8, 1, 4, 4, 8, 1};

static size_t items(const Py_buffer *buffer, size_t size)
{
    return (size_t)buffer->len / size;
}

/* Whether the columns are of whole items, and those up to `last` of `events` items each. */
static bool have_sizes(const Py_buffer *buffers, const unsigned char *sizes, int count, int last, size_t events)
{
    for (int i = 0; i < count; i++)
        if (buffers[i].len % sizes[i] || (i <= last && items(&buffers[i], sizes[i]) != events))
            return false;
    return events <= INT32_MAX;
}

/* Set where spans go; false: not all columns have the same room (that of orphans is apart). */
static bool set_made(const Py_buffer *made, Nest *nest)
{
    *nest = (Nest){
        .begin = made[BEGIN].buf,
        .finish = made[FINISH].buf,
        .end = made[NEST_END].buf,
        .parent = made[PARENT].buf,
        .self_time = made[SELF_TIME].buf,
        .orphans = made[ORPHANS].buf,
        .depth = made[DEPTH].buf,
        .unfinished = made[UNFINISHED].buf,
        .span_room = items(&made[BEGIN], 8),
        .orphan_room = items(&made[ORPHANS], 8),
    };
    for (int i = 0; i < MADE; i++)
        if (made[i].len % made_sizes[i] || (i != ORPHANS && items(&made[i], made_sizes[i]) != nest->span_room))
            return false;
    return nest->span_room <= INT32_MAX;
}

/* Whether edges rise from 0 to the number of events. */
static bool edges_rise(const Py_buffer *edges, size_t lanes, size_t events)
{
    if (items(edges, 8) != lanes + 1)
        return false;
    const int64_t *edge = edges->buf;
    for (size_t lane = 0; lane < lanes; lane++)
        if (edge[lane] > edge[lane + 1])
            return false;
    return edge[0] == 0 && edge[lanes] == (int64_t)events;
}

static bool all_below(const Py_buffer *rows, const Py_buffer *lane, size_t events, size_t lanes)
{
    const int64_t *row = rows->buf;
    const int32_t *lane_of = lane->buf;
    for (size_t i = 0; i < items(rows, 8); i++)
        if (row[i] < 0 || (uint64_t)row[i] >= events || lane_of[row[i]] < 0 || (size_t)lane_of[row[i]] >= lanes)
            return false;
    return true;
}

static bool run_lanes(const Py_buffer *buffers, int64_t trace_end, Nest *nest, NestResult *result)
{
    size_t events = items(&buffers[PHASE], 1), count = items(&buffers[LEFT_OUT], 1);
    if (!have_sizes(buffers, lane_sizes, LANE_MADE, NAME, events) || !edges_rise(&buffers[EDGES], count, events))
        return false;
    if (!set_made(buffers + LANE_MADE, nest) || nest->span_room < events || nest->orphan_room < events)
        return false;
    Lanes lanes = {
        .phase = buffers[PHASE].buf,
        .ts = buffers[TS].buf,
        .end = buffers[END].buf,
        .name = buffers[NAME].buf,
        .lanes = count,
        .trace_end = trace_end,
        .left_out = buffers[LEFT_OUT].buf,
    };
    *result = nest_lanes(&lanes, buffers[EDGES].buf, nest);
    return true;
}

static bool run_rows(const Py_buffer *buffers, int64_t trace_end, Nest *nest, NestResult *result)
{
    size_t events = items(&buffers[ROW_PHASE], 1), count = items(&buffers[ROW_LEFT_OUT], 1);
    if (!have_sizes(buffers, row_sizes, ROW_MADE, ROW_LANE, events) || !set_made(buffers + ROW_MADE, nest))
        return false;
    if (!all_below(&buffers[ROWS], &buffers[ROW_LANE], events, count))
        return false;
    Lanes lanes = {
        .phase = buffers[ROW_PHASE].buf,
        .ts = buffers[ROW_TS].buf,
        .dur = buffers[ROW_DUR].buf,
        .carry = buffers[ROW_CARRY].buf,
        .name = buffers[ROW_NAME].buf,
        .lanes = count,
        .trace_end = trace_end,
        .left_out = buffers[ROW_LEFT_OUT].buf,
    };
    *result = nest_rows(&lanes, buffers[ROWS].buf, items(&buffers[ROWS], 8), buffers[ROW_LANE].buf, nest);
    return true;
}

typedef bool (*Run)(const Py_buffer *, int64_t, Nest *, NestResult *);

static PyObject *nest_buffers(const Py_buffer *buffers, int64_t trace_end, Run run)
{
    Nest nest;
    NestResult result = NEST_DONE;
    bool fit;
    Py_BEGIN_ALLOW_THREADS
    fit = run(buffers, trace_end, &nest, &result);
    Py_END_ALLOW_THREADS
    if (!fit || result == NEST_NO_ROOM)
        return PyErr_Format(PyExc_ValueError, "expected columns of one length and rising edges, found others");
    if (result == NEST_NO_MEMORY)
        return PyErr_NoMemory();
    return Py_BuildValue("nn", (Py_ssize_t)nest.spans, (Py_ssize_t)nest.orphan_count);
}

/* Call `run` with the arguments' buffers (those from `writable` on are written to) and the last one, the trace's end. */
static PyObject *with_buffers(PyObject *const *args, Py_ssize_t count, int buffer_count, int writable, Run run)
{
    if (count != buffer_count + 1)
        return PyErr_Format(PyExc_TypeError, "expected %d arguments, found %zd", buffer_count + 1, count);
    long long trace_end = PyLong_AsLongLong(args[buffer_count]);
    if (trace_end == -1 && PyErr_Occurred())
        return NULL;
    Py_buffer buffers[ROW_BUFFERS];
    PyObject *found = NULL;
    int held = 0;
    for (; held < buffer_count; held++)
        if (PyObject_GetBuffer(args[held], &buffers[held], held < writable ? PyBUF_SIMPLE : PyBUF_WRITABLE) < 0)
            break;
    if (held == buffer_count)
        found = nest_buffers(buffers, trace_end, run);
    while (held > 0)
        PyBuffer_Release(&buffers[--held]);
    return found;
}

static PyObject *module_nest(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t count)
{
    return with_buffers(args, count, LANE_BUFFERS, LEFT_OUT, run_lanes);
}

static PyObject *module_nest_rows(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t count)
{
    return with_buffers(args, count, ROW_BUFFERS, ROW_LEFT_OUT, run_rows);
}

/* ---- The module ---- */

static PyMethodDef module_methods[] = {
    {"nest", (PyCFunction)(void (*)(void))module_nest, METH_FASTCALL, "Nest the lanes whose spans nest properly."},
    {"nest_rows", (PyCFunction)(void (*)(void))module_nest_rows, METH_FASTCALL, "The same for lanes as they come, by time."},
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
