/* `FunctionHooks`, as _core.pyi describes it: what Python calls at each begin and end of a Python function.
 *
 * What is wanted of a function is asked of Python once, and held in a table by code object. A record whose ring and
 * code are known is written here; whatever else there is (a thread's first, a name's first on its lane, a change of
 * the task or of the recorder's state, a lane that only counts) is recorded by Python, which tells the ring for those
 * that follow.
 */
#include "functions.h"

#include <stddef.h>
#include <structmember.h>

/* ---- What is held by function ---- */

static bool grow(Functions *table)
{
    Functions larger = {.room = table->room ? 2 * table->room : 256, .count = table->count};
    larger.entries = PyMem_Calloc(larger.room, sizeof *larger.entries);
    if (!larger.entries)
        return false;
    for (size_t i = 0; i < table->room; i++)
        if (table->entries[i].code)
            *function_place(&larger, table->entries[i].code) = table->entries[i];
    PyMem_Free(table->entries);
    *table = larger;
    return true;
}

static bool insert(Functions *table, PyObject *code, int32_t name)
{
    if (2 * table->count >= table->room && !grow(table))
        return false;
    Function *entry = function_place(table, code);
    if (!entry->code) {
        entry->code = Py_NewRef(code); /* its address is the key */
        table->count++;
    }
    entry->name = name;
    return true;
}

/* ---- Recording ---- */

static int record_in_python(FunctionHooks *hooks, Thread *thread, int kind, int32_t name, int64_t at_ns)
{
    Moment before = this_moment(&hooks->lanes);
    if (!thread->late_count && !hooks->least_ns)
        at_ns = -1; /* now, once its lane is there */
    PyObject *found = PyObject_CallFunction(hooks->record, "iiL", kind, (int)name, (long long)at_ns);
    return take_ring(&hooks->lanes, thread, before, found);
}

static int record(FunctionHooks *hooks, Thread *thread, int kind, int32_t name, int64_t at_ns)
{
    if (nothing_changed(&hooks->lanes, thread)) {
        if (thread->idle)
            return 0;
        if (ring_knows(thread->ring, name)) {
            ring_write(thread->ring, thread->ring->codes[name] + kind, at_ns, 0);
            return 0;
        }
    }
    return record_in_python(hooks, thread, kind, name, at_ns);
}

/* Record a call when it is over, if it took long enough. */
static int record_long(FunctionHooks *hooks, Thread *thread, int kind, int32_t name, int64_t at_ns)
{
    if (kind == RECORD_BEGIN) {
        if (!reserve((void **)&thread->open, &thread->open_room, thread->open_count, sizeof *thread->open))
            return -1;
        thread->open[thread->open_count++] = (OpenCall){name, at_ns};
        return 0;
    }
    while (thread->open_count) { /* an entry of another name was left unseen */
        OpenCall call = thread->open[--thread->open_count];
        if (call.name != name)
            continue;
        if (at_ns - call.begin_ns < hooks->least_ns)
            return 0;
        if (record(hooks, thread, RECORD_BEGIN, name, call.begin_ns) < 0 || record(hooks, thread, RECORD_END, name, at_ns) < 0) {
            thread->open_count++; /* it ends once more when the stack has room */
            return -1;
        }
        return 0;
    }
    return 0;
}

/* Ask Python for the number of the name of a function; false with an exception set. */
static bool look_up(FunctionHooks *hooks, PyObject *code, PyObject *globals, int32_t *name)
{
    PyObject *found = PyObject_CallFunctionObjArgs(hooks->look_up, code, globals, NULL);
    if (!found)
        return false;
    long number = PyLong_AsLong(found);
    Py_DECREF(found);
    if (number == -1 && PyErr_Occurred())
        return false;
    *name = (int32_t)number;
    if (insert(&hooks->functions, code, *name))
        return true;
    PyErr_NoMemory();
    return false;
}

/* What is to be done about an event of a known function. */
static int handle(FunctionHooks *hooks, Thread *thread, int32_t name, int kind, int64_t at_ns)
{
    if (name == UNWANTED)
        return 0;
    return (hooks->least_ns > 0 ? record_long : record)(hooks, thread, kind, name, at_ns);
}

/* ---- What does not go well ---- */

static bool keep_for_later(Thread *thread, const Late *event)
{
    if (!reserve((void **)&thread->late, &thread->late_room, thread->late_count, sizeof *thread->late))
        return false;
    Py_INCREF(event->code);
    Py_INCREF(event->globals);
    thread->late[thread->late_count++] = *event;
    return true;
}

static int handle_late(FunctionHooks *hooks, Thread *thread, const Late *event)
{
    const Function *known = function_find(&hooks->functions, event->code);
    int32_t name = known ? known->name : UNWANTED;
    if (!known && event->kind == RECORD_BEGIN && !look_up(hooks, event->code, event->globals, &name))
        return -1;
    return handle(hooks, thread, name, event->kind, event->at_ns);
}

/* Record what waits; -1 with an exception set: there is still no room, and what is left goes on to wait. */
static int record_late(FunctionHooks *hooks, Thread *thread)
{
    size_t done = 0;
    while (done < thread->late_count && handle_late(hooks, thread, &thread->late[done]) == 0)
        done++;
    for (size_t i = 0; i < done; i++) {
        Py_DECREF(thread->late[i].code);
        Py_DECREF(thread->late[i].globals);
    }
    thread->late_count -= done;
    if (done && thread->late_count)
        memmove(thread->late, thread->late + done, thread->late_count * sizeof *thread->late);
    return thread->late_count ? -1 : 0;
}

void functions_give_up(FunctionHooks *hooks)
{
    PyObject *type, *error, *traceback;
    PyErr_Fetch(&type, &error, &traceback);
    PyErr_NormalizeException(&type, &error, &traceback);
    PyObject *done = PyObject_CallFunctionObjArgs(hooks->fail, error ? error : Py_None, NULL);
    if (!done)
        PyErr_Clear();
    Py_XDECREF(done);
    Py_XDECREF(type);
    Py_XDECREF(error);
    Py_XDECREF(traceback);
}

/* An event met the exception that is set. 0: it was dealt with; -1: it is the user's (Ctrl-C), and goes on.
 *
 * `is_void`: Python takes an event whose hook raises for one that was not (3.11: of a call), or tells it once more
 * (3.12+: of a return, as one of unwinding).
 */
static int excuse(FunctionHooks *hooks, Thread *thread, const Late *event, bool is_void)
{
    bool is_users = !PyErr_ExceptionMatches(PyExc_Exception);
    if (is_users && is_void)
        return -1;
    if (is_users || PyErr_ExceptionMatches(PyExc_RecursionError)) {
        PyObject *type, *error, *traceback;
        PyErr_Fetch(&type, &error, &traceback);
        if (keep_for_later(thread, event)) {
            PyErr_Restore(type, error, traceback);
            if (is_users)
                return -1;
            PyErr_Clear();
            return 0;
        }
        Py_XDECREF(type); /* no memory, which is worse */
        Py_XDECREF(error);
        Py_XDECREF(traceback);
    }
    functions_give_up(hooks);
    return 0;
}

/* ---- Events ---- */

static PyObject *globals_of(Place place)
{
#if PY_VERSION_HEX < 0x030C0000
    if (place.frame)
        return PyFrame_GetGlobals(place.frame);
#endif
    return Py_XNewRef(place.globals ? place.globals : PyEval_GetGlobals());
}

/* An event that takes Python: of a function that is not known yet, or behind others that wait. */
static int on_odd_event(FunctionHooks *hooks, Thread *thread, int kind, PyObject *code, Place place, bool is_void)
{
    PyObject *globals = globals_of(place);
    if (!globals) {
        functions_give_up(hooks);
        return 0;
    }
    Late event = {code, globals, clock_ns(), kind};
    int result = 0;
    if (record_late(hooks, thread) < 0 || handle_late(hooks, thread, &event) < 0)
        result = excuse(hooks, thread, &event, is_void);
    Py_DECREF(globals);
    return result;
}

int functions_on_event(FunctionHooks *hooks, int kind, PyObject *code, Place place, bool is_void)
{
    const Function *known = function_find(&hooks->functions, code);
    if (known && known->name == UNWANTED)
        return 1;
    Thread *thread = this_thread(&hooks->lanes);
    if (!thread) {
        functions_give_up(hooks);
        return 0;
    }
    if (thread->late_count || (!known && kind == RECORD_BEGIN))
        return on_odd_event(hooks, thread, kind, code, place, is_void);
    if (!known)
        return 0; /* it ran already when the tracing began: nobody knows yet whether it is wanted */
    Late event = {code, Py_None, clock_ns(), kind}; /* its globals are not asked for again */
    if (handle(hooks, thread, known->name, kind, event.at_ns) == 0)
        return 0;
    return excuse(hooks, thread, &event, is_void);
}

#if PY_VERSION_HEX < 0x030C0000

/* Python 3.11: a profile function of each thread, where frames cannot be evaluated (frames.c). */
int functions_profile(PyObject *self, PyFrameObject *frame, int what, PyObject *Py_UNUSED(result))
{
    if (what != PyTrace_CALL && what != PyTrace_RETURN)
        return 0;
    FunctionHooks *hooks = (FunctionHooks *)Py_NewRef(self); /* another thread may stop them meanwhile */
    int result;
    if (hooks->installed) {
        PyObject *code = (PyObject *)PyFrame_GetCode(frame);
        int kind = what == PyTrace_CALL ? RECORD_BEGIN : RECORD_END;
        result = functions_on_event(hooks, kind, code, (Place){frame, NULL}, kind == RECORD_BEGIN);
        Py_DECREF(code);
    } else { /* they were stopped by another thread: here may have been another function before */
        PyObject *done = PyObject_CallNoArgs(hooks->ended);
        result = done ? 0 : -1;
        Py_XDECREF(done);
    }
    Py_DECREF(hooks);
    return result < 0 ? -1 : 0;
}

/* sys.setprofile() in a new thread took the hooks for a function: be a profile function from here on. */
static PyObject *hooks_call(FunctionHooks *self, PyObject *args, PyObject *kwargs)
{
    PyFrameObject *frame;
    const char *event;
    PyObject *result;
    if (kwargs && PyDict_GET_SIZE(kwargs))
        return PyErr_Format(PyExc_TypeError, "expected the arguments of a profile function, found keywords");
    if (!PyArg_ParseTuple(args, "O!sO:profile", &PyFrame_Type, &frame, &event, &result))
        return NULL;
    PyEval_SetProfile(self->installed ? functions_profile : NULL, (PyObject *)self);
    int what = strcmp(event, "call") == 0 ? PyTrace_CALL : strcmp(event, "return") == 0 ? PyTrace_RETURN : PyTrace_LINE;
    if (self->installed && functions_profile((PyObject *)self, frame, what, result) < 0)
        return NULL;
    Py_RETURN_NONE;
}

/* Take this thread, whatever its profile function is, and all others that have none. */
static PyObject *hooks_install(FunctionHooks *self, PyObject *ended)
{
    PyThreadState *own = PyThreadState_Get();
    Py_XSETREF(self->ended, Py_NewRef(ended));
    self->home = PyThreadState_GetID(own);
    self->installed = true;
    PyThreadState *thread = PyInterpreterState_ThreadHead(PyThreadState_GetInterpreter(own));
    for (; thread; thread = PyThreadState_Next(thread))
        if ((thread == own || !thread->c_profilefunc) && _PyEval_SetProfile(thread, functions_profile, (PyObject *)self) < 0)
            return NULL;
    Py_RETURN_NONE;
}

/* Evaluate the frames of all threads, where that can be. */
static PyObject *hooks_evaluate(FunctionHooks *self, PyObject *deep)
{
    if (!frames_begin(self))
        Py_RETURN_FALSE;
    Py_XSETREF(self->deep, Py_NewRef(deep));
    self->installed = true;
    Py_RETURN_TRUE;
}

/* Let go of all threads but the one that began, where another function may have been before. */
static PyObject *hooks_uninstall(FunctionHooks *self, PyObject *Py_UNUSED(nothing))
{
    frames_end(self);
    self->installed = false;
    PyThreadState *thread = PyInterpreterState_ThreadHead(PyInterpreterState_Get());
    for (; thread; thread = PyThreadState_Next(thread)) {
        bool is_ours = thread->c_profilefunc == functions_profile && thread->c_profileobj == (PyObject *)self;
        if (is_ours && PyThreadState_GetID(thread) != self->home && _PyEval_SetProfile(thread, NULL, NULL) < 0)
            return NULL;
    }
    Py_RETURN_NONE;
}

#else

/* Python 3.12+: callables for sys.monitoring. */
static PyObject *monitor_odd(FunctionHooks *hooks, PyObject *const *args, Py_ssize_t count, int kind, bool is_void)
{
    if (count < 1 || !PyCode_Check(args[0]))
        return PyErr_Format(PyExc_TypeError, "expected a code object, as sys.monitoring gives it");
    Py_INCREF(hooks);
    int result = functions_on_event(hooks, kind, args[0], (Place){NULL, NULL}, is_void);
    PyObject *answer = result < 0 ? NULL : Py_NewRef(result ? hooks->disable : Py_None);
    Py_DECREF(hooks);
    return answer;
}

static inline PyObject *monitor(FunctionHooks *hooks, PyObject *const *args, Py_ssize_t count, int kind, bool is_void)
{
    const Function *known = count ? function_find(&hooks->functions, args[0]) : NULL;
    if (known && known->name != UNWANTED && function_record(hooks, kind, known->name))
        Py_RETURN_NONE;
    return monitor_odd(hooks, args, count, kind, is_void);
}

static PyObject *hooks_enter(FunctionHooks *self, PyObject *const *args, Py_ssize_t count)
{
    return monitor(self, args, count, RECORD_BEGIN, false);
}

static PyObject *hooks_leave(FunctionHooks *self, PyObject *const *args, Py_ssize_t count)
{
    return monitor(self, args, count, RECORD_END, true);
}

/* Python refuses DISABLE for the other two. */
static PyObject *without_disabling(PyObject *answer)
{
    if (answer && answer != Py_None)
        Py_SETREF(answer, Py_NewRef(Py_None));
    return answer;
}

static PyObject *hooks_throw(FunctionHooks *self, PyObject *const *args, Py_ssize_t count)
{
    if (count && !function_find(&self->functions, args[0])) /* it was suspended already when the tracing began */
        Py_RETURN_NONE;
    return without_disabling(monitor(self, args, count, RECORD_BEGIN, false));
}

static PyObject *hooks_unwind(FunctionHooks *self, PyObject *const *args, Py_ssize_t count)
{
    return without_disabling(monitor(self, args, count, RECORD_END, false));
}

#endif

/* ---- FunctionHooks ---- */

static PyObject *hooks_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"look_up", "record", "fail", "least_ns", "disable", NULL};
    PyObject *look_up, *record, *fail, *disable;
    long long least_ns;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OOOLO:FunctionHooks", names, &look_up, &record, &fail, &least_ns, &disable))
        return NULL;
    if (PyInterpreterState_Get() != PyInterpreterState_Main())
        return PyErr_Format(PyExc_RuntimeError, "expected the main interpreter, found a subinterpreter: its functions are traced in pure Python");
    FunctionHooks *self = (FunctionHooks *)type->tp_alloc(type, 0);
    if (self) {
        lanes_open(&self->lanes, PyType_GetModuleState(type));
        self->record = Py_NewRef(record);
        self->look_up = Py_NewRef(look_up);
        self->fail = Py_NewRef(fail);
        self->disable = Py_NewRef(disable);
        self->least_ns = least_ns;
    }
    return (PyObject *)self;
}

static int hooks_traverse(FunctionHooks *self, visitproc visit, void *arg)
{
    Py_VISIT(self->look_up);
    Py_VISIT(self->record);
    Py_VISIT(self->fail);
    Py_VISIT(self->disable);
    Py_VISIT(self->ended);
    Py_VISIT(self->deep);
    return lanes_traverse(&self->lanes, visit, arg);
}

static int hooks_clear(FunctionHooks *self)
{
    Py_CLEAR(self->look_up);
    Py_CLEAR(self->record);
    Py_CLEAR(self->fail);
    Py_CLEAR(self->disable);
    Py_CLEAR(self->ended);
    Py_CLEAR(self->deep);
    lanes_clear(&self->lanes);
    return 0;
}

static void hooks_dealloc(FunctionHooks *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    lanes_close(&self->lanes);
    hooks_clear(self);
    for (size_t i = 0; i < self->functions.room; i++)
        Py_XDECREF(self->functions.entries[i].code);
    PyMem_Free(self->functions.entries);
    type->tp_free((PyObject *)self);
    Py_DECREF(type);
}

static PyMethodDef hooks_methods[] = {
    {"watch", (PyCFunction)(void (*)(void))lanes_watch, METH_VARARGS, "Ask anew where records go, and when these change."},
#if PY_VERSION_HEX < 0x030C0000
    {"evaluate", (PyCFunction)(void (*)(void))hooks_evaluate, METH_O, "Evaluate all frames; return whether that can be."},
    {"install", (PyCFunction)(void (*)(void))hooks_install, METH_O, "Be the profile function of all threads that have none, and this one."},
    {"uninstall", (PyCFunction)(void (*)(void))hooks_uninstall, METH_NOARGS, "Be that of no thread any more but of the one that installed them, which calls what install() was given."},
#else
    {"enter", (PyCFunction)(void (*)(void))hooks_enter, METH_FASTCALL, "For PY_START and PY_RESUME."},
    {"leave", (PyCFunction)(void (*)(void))hooks_leave, METH_FASTCALL, "For PY_RETURN and PY_YIELD."},
    {"throw", (PyCFunction)(void (*)(void))hooks_throw, METH_FASTCALL, "For PY_THROW."},
    {"unwind", (PyCFunction)(void (*)(void))hooks_unwind, METH_FASTCALL, "For PY_UNWIND."},
#endif
    {0},
};

static PyType_Slot hooks_slots[] = {
    {Py_tp_new, hooks_new},
    {Py_tp_dealloc, hooks_dealloc},
    {Py_tp_traverse, hooks_traverse},
    {Py_tp_clear, hooks_clear},
    {Py_tp_methods, hooks_methods},
#if PY_VERSION_HEX < 0x030C0000
    {Py_tp_call, hooks_call},
#endif
    {Py_tp_doc, "FunctionHooks(look_up, record, fail, least_ns, disable): records calls of Python functions."},
    {0},
};

static PyType_Spec hooks_spec = {
    "aero_nb._native._core.FunctionHooks",
    sizeof(FunctionHooks),
    0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE | Py_TPFLAGS_HAVE_GC,
    hooks_slots,
};

int functions_add_types(PyObject *module, CoreTypes *types)
{
    (void)types;
    PyObject *hooks = PyType_FromModuleAndSpec(module, &hooks_spec, NULL);
    if (!hooks)
        return -1;
    int added = PyModule_AddType(module, (PyTypeObject *)hooks);
    Py_DECREF(hooks);
    return added;
}
