/* `RecordingCalls` and `Span`, as _core.pyi describes them: the recording calls that are made most.
 *
 * A record whose ring and name are known is written here; all else is recorded by Python, which says where the next goes.
 */
#include "calls.h"

#include <math.h>
#include <structmember.h>

typedef struct {
    ThreadLanes lanes;
    PyObject *spans; /* those that are kept, by name: a dict */
} RecordingCalls;

/* Record one in Python, which says where the running code records from now on. */
static PyObject *record_in_python(ThreadLanes *lanes, Thread *thread, int kind, PyObject *name, PyObject *value)
{
    Moment before = this_moment(lanes);
    PyObject *found = PyObject_CallMethod((PyObject *)lanes, "_record_call", "iOO", kind, name, value);
    if (thread)
        return take_ring(lanes, thread, before, found) < 0 ? NULL : Py_NewRef(Py_None);
    Py_XDECREF(found);
    return found ? Py_NewRef(Py_None) : NULL;
}

/* Record one by the long way: NULL with an exception set. */
static PyObject *record_anew(ThreadLanes *lanes, int kind, PyObject *name, PyObject *value)
{
    Thread *thread = lanes->serial ? this_thread(lanes) : NULL;
    return !thread && PyErr_Occurred() ? NULL : record_in_python(lanes, thread, kind, name, value);
}

/* Record a begin or an end, or a counter's `number`, whose object is `value`. */
static inline PyObject *record_named(ThreadLanes *lanes, int kind, PyObject *name, PyObject *value, int64_t number)
{
    Thread *thread = settled_thread(lanes);
    if (thread && thread->idle)
        Py_RETURN_NONE;
    if (thread && thread->ring) {
        int32_t code = code_of(thread, name);
        if (code >= 0) {
            ring_write(thread->ring, code + kind, clock_ns(), number);
            Py_RETURN_NONE;
        }
        if (code == -2)
            return NULL;
    }
    return record_anew(lanes, kind > RECORD_INSTANT ? RECORD_FLOAT : kind, name, value);
}

static bool take_any_arguments(PyObject *const *args, Py_ssize_t count, PyObject *named, const char *const *names, int most, PyObject **into)
{
    Py_ssize_t given = named ? PyTuple_GET_SIZE(named) : 0;
    if (count > most) {
        PyErr_Format(PyExc_TypeError, "expected at most %d arguments, found %zd", most, count);
        return false;
    }
    for (Py_ssize_t i = 0; i < count; i++)
        into[i] = args[i];
    for (Py_ssize_t i = 0; i < given; i++) {
        int at = 0;
        while (at < most && PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(named, i), names[at]) != 0)
            at++;
        if (at == most || at < count) {
            PyErr_Format(PyExc_TypeError, "found an unexpected or repeated argument %R", PyTuple_GET_ITEM(named, i));
            return false;
        }
        into[at] = args[count + i];
    }
    for (int at = 0; at < most; at++)
        if (!into[at]) {
            PyErr_Format(PyExc_TypeError, "expected an argument '%s', found none", names[at]);
            return false;
        }
    return true;
}

/* Take arguments that may be given by name; false with an exception set. */
static inline bool take_arguments(PyObject *const *args, Py_ssize_t count, PyObject *named, const char *const *names, int most, PyObject **into)
{
    if (count != most || named)
        return take_any_arguments(args, count, named, names, most, into);
    for (int i = 0; i < most; i++)
        into[i] = args[i];
    return true;
}

static const char *const argument_names[] = {"name", "value"};

static PyObject *calls_span_begin(ThreadLanes *self, PyObject *const *args, Py_ssize_t count, PyObject *named)
{
    PyObject *name[1] = {NULL};
    if (!take_arguments(args, count, named, argument_names, 1, name))
        return NULL;
    return record_named(self, RECORD_BEGIN, name[0], Py_None, 0);
}

static PyObject *calls_span_end(ThreadLanes *self, PyObject *const *args, Py_ssize_t count, PyObject *named)
{
    PyObject *name[1] = {count || named ? NULL : Py_None};
    if (!take_arguments(args, count, named, argument_names, 1, name))
        return NULL;
    return record_named(self, RECORD_END, name[0], Py_None, 0);
}

static PyObject *calls_counter(ThreadLanes *self, PyObject *const *args, Py_ssize_t count, PyObject *named)
{
    PyObject *given[2] = {NULL, NULL};
    if (!take_arguments(args, count, named, argument_names, 2, given) || !given[1]) /* which gcc does not see */
        return NULL;
    if (PyFloat_CheckExact(given[1]) && isfinite(PyFloat_AS_DOUBLE(given[1])))
        return record_named(self, RECORD_FLOAT, given[0], given[1], bits_of(PyFloat_AS_DOUBLE(given[1])));
    int overflow = 1;
    long long number = PyLong_CheckExact(given[1]) ? PyLong_AsLongLongAndOverflow(given[1], &overflow) : 0;
    if (!overflow)
        return record_named(self, RECORD_INTEGER, given[0], given[1], number);
    return record_anew(self, RECORD_FLOAT, given[0], given[1]); /* an odd value */
}

/* Return the span of this name: the one that is kept, or a new one. */
static PyObject *calls_span(RecordingCalls *self, PyObject *const *args, Py_ssize_t count, PyObject *named)
{
    PyObject *name[1] = {NULL};
    if (!take_arguments(args, count, named, argument_names, 1, name))
        return NULL;
    if (PyUnicode_CheckExact(name[0])) {
        PyObject *span = PyDict_GetItemWithError(self->spans, name[0]);
        if (span || PyErr_Occurred())
            return Py_XNewRef(span);
    }
    return PyObject_CallMethod((PyObject *)self, "_new_span", "O", name[0]);
}

static PyObject *calls_new(PyTypeObject *type, PyObject *Py_UNUSED(args), PyObject *Py_UNUSED(kwargs))
{
    RecordingCalls *self = (RecordingCalls *)type->tp_alloc(type, 0);
    if (!self)
        return NULL;
    lanes_open(&self->lanes, PyModule_GetState(PyType_GetModuleByDef(type, &core_module)));
    self->spans = PyDict_New();
    if (!self->spans)
        Py_CLEAR(self);
    return (PyObject *)self;
}

static int give_own_methods(PyObject *type);

/* Of a subclass: the interpreter's quick way to a method is for those of just the object's type. */
static PyObject *calls_init_subclass(PyObject *type, PyObject *Py_UNUSED(nothing))
{
    return give_own_methods(type) < 0 ? NULL : Py_NewRef(Py_None);
}

static int calls_traverse(RecordingCalls *self, visitproc visit, void *arg)
{
    Py_VISIT(self->spans);
    return lanes_traverse(&self->lanes, visit, arg);
}

/* The dict itself, which breaks the cycles, is there to the end. */
static int calls_clear(RecordingCalls *self)
{
    lanes_clear(&self->lanes);
    return 0;
}

static void calls_dealloc(RecordingCalls *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    lanes_close(&self->lanes);
    Py_XDECREF(self->spans);
    type->tp_free((PyObject *)self);
    Py_DECREF(type);
}

#define NAMED(function) (PyCFunction)(void (*)(void))function, METH_FASTCALL | METH_KEYWORDS

static PyMethodDef calls_methods[] = {
    {"span_begin", NAMED(calls_span_begin), "span_begin($self, name)\n--\n\nBegin a span named ``name`` on the lane of the running thread or task."},
    {"span_end", NAMED(calls_span_end), "span_end($self, name=None)\n--\n\nEnd the innermost open span named ``name`` (without a name: the innermost open span)."},
    {"counter", NAMED(calls_counter), "counter($self, name, value)\n--\n\nRecord one sample of the series ``name``. NaN and infinities become ``null``, as in the page."},
    {"span", NAMED(calls_span), "span($self, name)\n--\n\nReturn a span named ``name``: ``with perf.span(\"render\"): ...`` or ``@perf.span(\"render\")``."},
    {"__init_subclass__", calls_init_subclass, METH_NOARGS | METH_CLASS, "Give a subclass these methods as its own."},
    {"_watch", (PyCFunction)(void (*)(void))lanes_watch, METH_VARARGS, "Ask anew where records go, and when these change."},
    {0},
};

/* Give a type those methods of its base that it does not override; -1 with an exception set. */
static int give_own_methods(PyObject *type)
{
    for (PyMethodDef *method = calls_methods; method->ml_flags & METH_FASTCALL; method++) {
        PyObject *found = PyObject_GetAttrString(type, method->ml_name);
        if (!found)
            return -1;
        bool is_ours = Py_IS_TYPE(found, &PyMethodDescr_Type) && ((PyMethodDescrObject *)found)->d_method == method;
        Py_DECREF(found);
        PyObject *own = is_ours ? PyDescr_NewMethod((PyTypeObject *)type, method) : NULL;
        int given = own ? PyObject_SetAttrString(type, method->ml_name, own) : is_ours ? -1 : 0;
        Py_XDECREF(own);
        if (given < 0)
            return -1;
    }
    return 0;
}

static PyMemberDef calls_members[] = {
    {"_spans", T_OBJECT_EX, offsetof(RecordingCalls, spans), READONLY, "The spans that are kept, by name."},
    {0},
};

static PyType_Slot calls_slots[] = {
    {Py_tp_new, calls_new},
    {Py_tp_dealloc, calls_dealloc},
    {Py_tp_traverse, calls_traverse},
    {Py_tp_clear, calls_clear},
    {Py_tp_methods, calls_methods},
    {Py_tp_members, calls_members},
    {Py_tp_doc, "The calls of a recorder that are made most: its base."},
    {0},
};

static PyType_Spec calls_spec = {
    "aero_nb._native._core.RecordingCalls",
    sizeof(RecordingCalls),
    0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    calls_slots,
};

/* ---- Span ---- */

typedef struct {
    PyObject_HEAD
    ThreadLanes *calls;
    PyObject *name;
} Span;

static PyObject *span_enter(Span *self, PyObject *Py_UNUSED(nothing))
{
    PyObject *done = record_named(self->calls, RECORD_BEGIN, self->name, Py_None, 0);
    if (!done)
        return NULL;
    Py_DECREF(done);
    return Py_NewRef(self);
}

/* ---- __exit__: looked up when a `with` begins; where nothing is recorded then, the end is not recorded either ---- */

static PyObject *span_end(PyObject *self, PyObject *const *Py_UNUSED(args), Py_ssize_t Py_UNUSED(count))
{
    Span *span = (Span *)self;
    return record_named(span->calls, RECORD_END, span->name, Py_None, 0);
}

static PyObject *do_nothing(PyObject *Py_UNUSED(self), PyObject *const *Py_UNUSED(args), Py_ssize_t Py_UNUSED(count))
{
    Py_RETURN_NONE;
}

static PyMethodDef span_end_def = {"__exit__", (PyCFunction)(void (*)(void))span_end, METH_FASTCALL, "End the span."};
static PyMethodDef do_nothing_def = {"__exit__", (PyCFunction)(void (*)(void))do_nothing, METH_FASTCALL, "Do nothing."};

typedef struct {
    PyObject_HEAD
    PyTypeObject *span_type;
    PyObject *nothing; /* a function that does nothing */
} Exit;

/* Return whether nothing is recorded now: 1, 0, or -1 with an exception set. */
static int is_idle(ThreadLanes *lanes)
{
    const Thread *thread = settled_thread(lanes);
    if (thread)
        return thread->idle;
    PyObject *enabled = PyObject_GetAttrString((PyObject *)lanes, "trace_enabled");
    int is_true = enabled ? PyObject_IsTrue(enabled) : -1;
    Py_XDECREF(enabled);
    return is_true < 0 ? -1 : !is_true;
}

static PyObject *exit_get(Exit *self, PyObject *span, PyObject *Py_UNUSED(type))
{
    if (!span)
        return Py_NewRef(self);
    int idle = is_idle(((Span *)span)->calls);
    if (idle < 0)
        return NULL;
    return idle ? Py_NewRef(self->nothing) : PyCFunction_New(&span_end_def, span);
}

/* Of the type: __exit__(span, *error). */
static PyObject *exit_call(Exit *self, PyObject *args, PyObject *Py_UNUSED(kwargs))
{
    PyObject *span = PyTuple_GET_SIZE(args) ? PyTuple_GET_ITEM(args, 0) : Py_None;
    if (!PyObject_TypeCheck(span, self->span_type))
        return PyErr_Format(PyExc_TypeError, "expected a span, found %s", Py_TYPE(span)->tp_name);
    return span_end(span, NULL, 0);
}

static int exit_traverse(Exit *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(self->span_type);
    Py_VISIT(self->nothing);
    return 0;
}

static void exit_dealloc(Exit *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    Py_XDECREF(self->span_type);
    Py_XDECREF(self->nothing);
    type->tp_free((PyObject *)self);
    Py_DECREF(type);
}

static PyType_Slot exit_slots[] = {
    {Py_tp_dealloc, exit_dealloc},
    {Py_tp_traverse, exit_traverse},
    {Py_tp_descr_get, exit_get},
    {Py_tp_call, exit_call},
    {Py_tp_doc, "What ends a span, or nothing where nothing is recorded when it is looked up."},
    {0},
};

static PyType_Spec exit_spec = {
    "aero_nb._native._core.Exit",
    sizeof(Exit),
    0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_HAVE_GC,
    exit_slots,
};

/* Give the type of spans its __exit__; -1 with an exception set. */
static int add_exit(PyTypeObject *span_type)
{
    PyTypeObject *type = (PyTypeObject *)PyType_FromSpec(&exit_spec);
    Exit *exit = type ? (Exit *)type->tp_alloc(type, 0) : NULL;
    Py_XDECREF(type);
    if (!exit)
        return -1;
    exit->span_type = (PyTypeObject *)Py_NewRef(span_type);
    exit->nothing = PyCFunction_New(&do_nothing_def, NULL);
    int added = exit->nothing ? PyDict_SetItemString(span_type->tp_dict, "__exit__", (PyObject *)exit) : -1;
    Py_DECREF(exit);
    PyType_Modified(span_type);
    return added;
}

/* ---- Making spans ---- */

static PyObject *span_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"calls", "name", NULL};
    PyObject *calls, *name;
    CoreTypes *types = PyModule_GetState(PyType_GetModuleByDef(type, &core_module));
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O!O:Span", names, types->calls, &calls, &name))
        return NULL;
    Span *self = (Span *)type->tp_alloc(type, 0);
    if (self) {
        self->calls = (ThreadLanes *)Py_NewRef(calls);
        self->name = Py_NewRef(name);
    }
    return (PyObject *)self;
}

/* Nothing to clear: the dict of the spans breaks every cycle. */
static int span_traverse(Span *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(self->calls);
    Py_VISIT(self->name);
    return 0;
}

static void span_dealloc(Span *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    Py_XDECREF(self->calls);
    Py_XDECREF(self->name);
    type->tp_free((PyObject *)self);
    Py_DECREF(type);
}

static PyMethodDef span_methods[] = {
    {"__enter__", (PyCFunction)(void (*)(void))span_enter, METH_NOARGS, "Begin the span."},
    {0},
};

static PyMemberDef span_members[] = {
    {"name", T_OBJECT_EX, offsetof(Span, name), READONLY, "The name of the span."},
    {0},
};

static PyType_Slot span_slots[] = {
    {Py_tp_new, span_new},
    {Py_tp_dealloc, span_dealloc},
    {Py_tp_traverse, span_traverse},
    {Py_tp_methods, span_methods},
    {Py_tp_members, span_members},
    {Py_tp_doc, "Span(calls, name): a named interval, as a context manager."},
    {0},
};

static PyType_Spec span_spec = {
    "aero_nb._native._core.Span",
    sizeof(Span),
    0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    span_slots,
};

int calls_add_types(PyObject *module, CoreTypes *types)
{
    types->calls = (PyTypeObject *)PyType_FromModuleAndSpec(module, &calls_spec, NULL);
    if (!types->calls || PyModule_AddType(module, types->calls) < 0)
        return -1;
    PyObject *span = PyType_FromModuleAndSpec(module, &span_spec, NULL);
    if (!span)
        return -1;
    int added = add_exit((PyTypeObject *)span);
    if (added == 0)
        added = PyModule_AddType(module, (PyTypeObject *)span);
    Py_DECREF(span);
    return added;
}
