/* `Ring`, as _core.pyi describes it. */
#include "ring.h"

#define MOST_NAMES (1 << 24)

/* Return whether `number` can be kept as 64 bits; an exception is set otherwise. */
static bool as_value(PyObject *number, int64_t *value)
{
    if (PyFloat_Check(number)) {
        *value = bits_of(PyFloat_AS_DOUBLE(number));
        return true;
    }
    *value = PyLong_AsLongLong(number);
    return *value != -1 || !PyErr_Occurred();
}

/* ---- Ring ---- */

static int ring_open(Ring *self, Py_ssize_t records, PyObject *memory, Py_ssize_t offset, Py_ssize_t written)
{
    const Py_ssize_t most = PY_SSIZE_T_MAX / (Py_ssize_t)sizeof(Slot);
    if (records < 1 || records > most || written < 0 || written / records >= UINT32_MAX - 1 || offset < 0) {
        PyErr_SetString(PyExc_ValueError, "expected at least one record and an offset, found less, or too many");
        return -1;
    }
    self->records = (size_t)records;
    self->next = (size_t)(written % records);
    self->lap = (uint32_t)(written / records) + 1;
    if (PyObject_GetBuffer(memory, &self->memory, PyBUF_WRITABLE) < 0)
        return -1;
    Py_ssize_t room = self->memory.len - offset;
    if (room < 0 || room / (Py_ssize_t)sizeof(Slot) < records || offset % 8) {
        PyErr_Format(PyExc_ValueError, "expected room for %zd records, found %zd bytes", records, room);
        return -1;
    }
    self->slots = (Slot *)((char *)self->memory.buf + offset);
    return 0;
}

static PyObject *ring_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"records", "begins", "memory", "offset", "written", NULL};
    Py_ssize_t records, offset = 0, written = 0;
    PyObject *begins, *memory;
    if (!PyArg_ParseTupleAndKeywords(
            args, kwargs, "nO!O|nn:Ring", names, &records, &PyDict_Type, &begins, &memory, &offset, &written))
        return NULL;
    Ring *self = (Ring *)type->tp_alloc(type, 0);
    if (self)
        self->begins = Py_NewRef(begins);
    if (self && ring_open(self, records, memory, offset, written) < 0)
        Py_CLEAR(self);
    return (PyObject *)self;
}

static void ring_dealloc(Ring *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyBuffer_Release(&self->memory); /* does nothing where there is none */
    PyMem_Free(self->codes);
    Py_XDECREF(self->begins);
    type->tp_free((PyObject *)self);
    Py_DECREF(type);
}

static PyObject *ring_write_record(Ring *self, PyObject *args)
{
    int code;
    long long time_ns;
    PyObject *number = NULL;
    int64_t value = 0;
    if (!PyArg_ParseTuple(args, "iL|O:write", &code, &time_ns, &number) || (number && !as_value(number, &value)))
        return NULL;
    ring_write(self, code, time_ns, value);
    Py_RETURN_NONE;
}

static PyObject *ring_learn(Ring *self, PyObject *args)
{
    int name, code;
    if (!PyArg_ParseTuple(args, "ii:learn", &name, &code))
        return NULL;
    if (name < 0 || name >= MOST_NAMES)
        return PyErr_Format(PyExc_ValueError, "expected the number of a name, found %d", name);
    if ((size_t)name >= self->known) {
        size_t room = (size_t)name + 64;
        int32_t *codes = PyMem_Realloc(self->codes, room * sizeof *codes);
        if (!codes)
            return PyErr_NoMemory();
        for (size_t i = self->known; i < room; i++)
            codes[i] = -1;
        self->codes = codes;
        self->known = room;
    }
    self->codes[name] = code;
    Py_RETURN_NONE;
}

static PyObject *ring_recorded(Ring *self, void *Py_UNUSED(nothing))
{
    return PyLong_FromUnsignedLongLong((unsigned long long)(self->lap - 1) * self->records + self->next);
}

static PyMethodDef ring_methods[] = {
    {"write", (PyCFunction)(void (*)(void))ring_write_record, METH_VARARGS, "Write one record."},
    {"learn", (PyCFunction)(void (*)(void))ring_learn, METH_VARARGS, "Know the code of a function's name."},
    {0},
};

static PyGetSetDef ring_getset[] = {
    {"recorded", (getter)ring_recorded, NULL, "How many records were ever written.", NULL},
    {0},
};

static PyType_Slot ring_slots[] = {
    {Py_tp_new, ring_new},
    {Py_tp_dealloc, ring_dealloc},
    {Py_tp_methods, ring_methods},
    {Py_tp_getset, ring_getset},
    {Py_tp_doc, "Ring(records, begins, memory, offset=0, written=0): the records of one lane."},
    {0},
};

static PyType_Spec ring_spec = {
    "aero_nb._native._core.Ring", sizeof(Ring), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE, ring_slots,
};

int ring_add_types(PyObject *module, CoreTypes *types)
{
    types->ring = (PyTypeObject *)PyType_FromModuleAndSpec(module, &ring_spec, NULL);
    return types->ring ? PyModule_AddType(module, types->ring) : -1;
}
