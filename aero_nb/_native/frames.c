/* Python 3.11: the hooks of function tracing evaluate each frame (PEP 523), for a third of what a profile function costs.
 *
 * A profile function is told of every call, and the interpreter makes a frame object for it first. Here a function
 * that is not wanted costs a look into the table. But the interpreter calls Python functions by the C stack then, as it
 * did up to Python 3.10: where that is half full, the hooks become profile functions, from there on and everywhere.
 */
#include "functions.h"

#if PY_VERSION_HEX < 0x030C0000

#if defined(__linux__) && __has_include(<internal/pycore_frame.h>)

#define Py_BUILD_CORE 1
#include <internal/pycore_frame.h>
#undef Py_BUILD_CORE
#include <pthread.h>

#define FIRST_VERSION 0x030B0400 /* up to 3.11.3 the interpreter evaluates some calls of __getitem__ by itself */
#define STACK_UNKNOWN UINTPTR_MAX

typedef struct _PyInterpreterFrame Frame;

static FunctionHooks *evaluating; /* those that do, in the main interpreter */
static THREAD_LOCAL uintptr_t stack_floor = STACK_UNKNOWN;
static THREAD_LOCAL bool is_within; /* the hooks, whose own calls are not recorded */

/* Return the lowest address of the stack at which frames may be evaluated here. */
static uintptr_t find_floor(void)
{
    pthread_attr_t attributes;
    void *lowest = NULL;
    size_t size = 0;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0)
        return STACK_UNKNOWN - 1; /* nowhere */
    int unknown = pthread_attr_getstack(&attributes, &lowest, &size);
    pthread_attr_destroy(&attributes);
    return unknown ? STACK_UNKNOWN - 1 : (uintptr_t)lowest + size / 2;
}

static bool has_stack(void)
{
    uintptr_t here = (uintptr_t)__builtin_frame_address(0);
    if (here >= stack_floor)
        return true;
    if (stack_floor == STACK_UNKNOWN)
        stack_floor = find_floor();
    return here >= stack_floor;
}

/* Let the hooks be profile functions from here on. */
static void fall_back(FunctionHooks *hooks)
{
    PyObject *type, *error, *traceback;
    PyErr_Fetch(&type, &error, &traceback);
    PyObject *deep = Py_NewRef(hooks->deep);
    frames_end(hooks);
    PyObject *done = PyObject_CallNoArgs(deep);
    if (!done)
        functions_give_up(hooks);
    Py_XDECREF(done);
    Py_DECREF(deep);
    PyErr_Restore(type, error, traceback);
}

/* Tell the hooks of an event; -1: with the user's exception set, in place of the one that may have been. */
static int tell(FunctionHooks *hooks, int kind, PyObject *code, PyObject *globals, bool has_error)
{
    PyObject *type = NULL, *error = NULL, *traceback = NULL;
    if (has_error)
        PyErr_Fetch(&type, &error, &traceback);
    is_within = true;
    int result = functions_on_event(hooks, kind, code, (Place){NULL, globals}, kind == RECORD_BEGIN);
    is_within = false;
    if (result >= 0 && has_error)
        PyErr_Restore(type, error, traceback);
    else if (has_error) {
        Py_XDECREF(type);
        Py_XDECREF(error);
        Py_XDECREF(traceback);
    }
    return result;
}

/* Return whether the thread's profile function tells the end of a frame that was begun here. */
static bool is_profiled(const PyThreadState *thread, const FunctionHooks *hooks)
{
    return !hooks->evaluating && thread->c_profilefunc == functions_profile && thread->c_profileobj == (const PyObject *)hooks;
}

/* `name`: of its function, if that is known. */
static PyObject *evaluate_wanted(FunctionHooks *hooks, int32_t name, PyThreadState *thread, Frame *frame, int throwing)
{
    Py_INCREF(hooks); /* they may be stopped meanwhile */
    PyObject *code = Py_NewRef((PyObject *)frame->f_code), *globals = frame->f_globals;
    bool is_known = name != UNWANTED;
    bool is_begun = (is_known && function_record(hooks, RECORD_BEGIN, name)) || tell(hooks, RECORD_BEGIN, code, globals, throwing) >= 0;
    PyObject *result = _PyEval_EvalFrameDefault(thread, frame, throwing || !is_begun);
    if (is_begun && hooks->installed && !is_profiled(thread, hooks) && !(is_known && function_record(hooks, RECORD_END, name)) &&
        tell(hooks, RECORD_END, code, globals, !result) < 0)
        Py_CLEAR(result);
    Py_DECREF(code);
    Py_DECREF(hooks);
    return result;
}

/* Return whether this evaluation only makes a generator or coroutine of its function. */
static inline bool is_creation(const Frame *frame)
{
    const int makes = CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR;
    return (frame->f_code->co_flags & makes) && frame->owner != FRAME_OWNED_BY_GENERATOR;
}

/* Return whether the interpreter will refuse this call: the recursion limit is met. */
static inline bool is_refused(const PyThreadState *thread)
{
    return thread->recursion_remaining <= 0 && !thread->recursion_headroom;
}

static PyObject *evaluate(PyThreadState *thread, Frame *frame, int throwing)
{
    FunctionHooks *hooks = evaluating;
    if (!hooks || is_within || thread->tracing)
        return _PyEval_EvalFrameDefault(thread, frame, throwing);
    if (!has_stack()) {
        fall_back(hooks);
        return _PyEval_EvalFrameDefault(thread, frame, throwing);
    }
    const Function *known = function_find(&hooks->functions, frame->f_code);
    if ((known && known->name == UNWANTED) || is_creation(frame) || is_refused(thread))
        return _PyEval_EvalFrameDefault(thread, frame, throwing);
    return evaluate_wanted(hooks, known ? known->name : UNWANTED, thread, frame, throwing);
}

bool frames_begin(FunctionHooks *hooks)
{
    PyInterpreterState *here = PyInterpreterState_Get();
    if (evaluating || Py_Version < FIRST_VERSION || _PyInterpreterState_GetEvalFrameFunc(here) != _PyEval_EvalFrameDefault)
        return false;
    evaluating = (FunctionHooks *)Py_NewRef(hooks);
    hooks->evaluating = true;
    _PyInterpreterState_SetEvalFrameFunc(here, evaluate);
    return true;
}

void frames_end(FunctionHooks *hooks)
{
    if (evaluating != hooks)
        return;
    PyInterpreterState *here = PyInterpreterState_Get();
    if (_PyInterpreterState_GetEvalFrameFunc(here) == evaluate) /* else somebody's who may call it on */
        _PyInterpreterState_SetEvalFrameFunc(here, _PyEval_EvalFrameDefault);
    evaluating = NULL;
    hooks->evaluating = false;
    Py_CLEAR(hooks->deep);
    Py_DECREF(hooks);
}

#else

bool frames_begin(FunctionHooks *hooks)
{
    (void)hooks;
    return false;
}

void frames_end(FunctionHooks *hooks)
{
    (void)hooks;
}

#endif

#endif
