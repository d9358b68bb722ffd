/* Lines of JSON of begins, ends and whole counters, to the byte as recorder/export.py and orjson write them. */
#include "lines.h"

#define MOST_DIGITS 20
#define MOST_TIME_NS 1000000000000000 /* whole ns below it as µs are their own shortest decimal */
#define LINE_BYTES 96     /* of a span's line without its name, with all its digits */
#define COUNTER_BYTES 136 /* of a counter's */

typedef struct {
    const char *text; /* as JSON, quotes included */
    size_t length;
} Name;

typedef struct {
    const Slot *slots;
    size_t count;
    Name *names;
    size_t name_count;
    int64_t start_ns;
    char tid[MOST_DIGITS + 2];
    int32_t *open; /* names of the spans that are open, the innermost last */
    size_t open_count;
    int64_t latest_ns;
} Lines;

static char *put(char *at, const char *text, size_t length)
{
    memcpy(at, text, length);
    return at + length;
}

#define PUT(at, text) put(at, text, sizeof(text) - 1)

static char *put_digits(char *at, uint64_t number)
{
    static const char pairs[] = "0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849"
                                "5051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899";
    char digits[MOST_DIGITS];
    size_t first = sizeof digits;
    for (; number >= 100; number /= 100)
        memcpy(digits + (first -= 2), pairs + number % 100 * 2, 2);
    if (number >= 10)
        memcpy(digits + (first -= 2), pairs + number * 2, 2);
    else
        digits[--first] = (char)('0' + number);
    return put(at, digits + first, sizeof digits - first);
}

static char *put_integer(char *at, int64_t number)
{
    if (number < 0)
        *at++ = '-';
    return put_digits(at, number < 0 ? 0 - (uint64_t)number : (uint64_t)number);
}

/* ns as µs, as a float is written: at least one decimal, none that are 0 behind it. */
static char *put_us(char *at, int64_t ns)
{
    at = put_digits(at, (uint64_t)ns / 1000);
    int rest = (int)(ns % 1000);
    *at++ = '.';
    *at++ = (char)('0' + rest / 100);
    if (rest % 100)
        *at++ = (char)('0' + rest / 10 % 10);
    if (rest % 10)
        *at++ = (char)('0' + rest % 10);
    return at;
}

static bool is_usual(const Lines *lines, const Slot *slot)
{
    int kind = slot->code % KINDS;
    int64_t since_ns = slot->time_ns - lines->start_ns;
    return slot->code >= 0 && (size_t)(slot->code / KINDS) < lines->name_count && since_ns >= 0 && since_ns < MOST_TIME_NS &&
           (kind == RECORD_BEGIN || kind == RECORD_END || kind == RECORD_INTEGER);
}

/* Return how many records from the first on are usual, and what room their lines need. */
static size_t usual_records(const Lines *lines, size_t *room)
{
    size_t usual = 0;
    *room = 0;
    for (; usual < lines->count && is_usual(lines, &lines->slots[usual]); usual++) {
        int32_t code = lines->slots[usual].code;
        size_t more = lines->names[code / KINDS].length + (code % KINDS == RECORD_INTEGER ? COUNTER_BYTES : LINE_BYTES);
        if (more > (size_t)PY_SSIZE_T_MAX / 2 - *room)
            break;
        *room += more;
    }
    return usual;
}

static void close_span(Lines *lines, int32_t name)
{
    for (size_t depth = lines->open_count; depth > 0; depth--)
        if (lines->open[depth - 1] == name) {
            memmove(lines->open + depth - 1, lines->open + depth, (lines->open_count - depth) * sizeof *lines->open);
            lines->open_count--;
            return;
        }
}

static char *put_line(char *at, Lines *lines, const Slot *slot)
{
    int kind = slot->code % KINDS;
    int32_t number = slot->code / KINDS;
    Name name = lines->names[number];
    at = PUT(at, "{\"name\":");
    at = kind == RECORD_INTEGER ? PUT(at, "\"counters\"") : put(at, name.text, name.length);
    at = PUT(at, ",\"cat\":\"aero\",\"ph\":\"");
    *at++ = kind == RECORD_BEGIN ? 'B' : kind == RECORD_END ? 'E' : 'C';
    at = PUT(at, "\",\"ts\":");
    at = put_us(at, slot->time_ns - lines->start_ns);
    at = PUT(at, ",\"pid\":1,\"tid\":");
    at = put(at, lines->tid, strlen(lines->tid));
    if (kind == RECORD_INTEGER) {
        at = PUT(at, ",\"args\":{");
        at = put(at, name.text, name.length);
        *at++ = ':';
        at = put_integer(at, slot->value);
        *at++ = '}';
    } else if (kind == RECORD_BEGIN) {
        lines->open[lines->open_count++] = number;
    } else {
        close_span(lines, number);
    }
    *at++ = '}';
    if (slot->time_ns > lines->latest_ns)
        lines->latest_ns = slot->time_ns;
    return at;
}

static char *put_lines(char *at, Lines *lines, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i)
            at = PUT(at, ",\n");
        at = put_line(at, lines, &lines->slots[i]);
    }
    return at;
}

/* ---- For Python ---- */

static bool take_names(Lines *lines, PyObject *names)
{
    lines->name_count = (size_t)PyList_GET_SIZE(names);
    lines->names = PyMem_Calloc(lines->name_count + 1, sizeof *lines->names);
    if (!lines->names) {
        PyErr_NoMemory();
        return false;
    }
    for (size_t i = 0; i < lines->name_count; i++) {
        PyObject *name = PyList_GET_ITEM(names, (Py_ssize_t)i);
        if (!PyBytes_Check(name)) {
            PyErr_Format(PyExc_TypeError, "expected a name as bytes of JSON, found %s", Py_TYPE(name)->tp_name);
            return false;
        }
        lines->names[i] = (Name){PyBytes_AS_STRING(name), (size_t)PyBytes_GET_SIZE(name)};
    }
    return true;
}

static bool take_open(Lines *lines, PyObject *open)
{
    size_t count = (size_t)PyList_GET_SIZE(open);
    lines->open = PyMem_Calloc(count + lines->count + 1, sizeof *lines->open);
    if (!lines->open) {
        PyErr_NoMemory();
        return false;
    }
    for (; lines->open_count < count; lines->open_count++) {
        long name = PyLong_AsLong(PyList_GET_ITEM(open, (Py_ssize_t)lines->open_count));
        if (name == -1 && PyErr_Occurred())
            return false;
        lines->open[lines->open_count] = (int32_t)name;
    }
    return true;
}

static PyObject *open_of(const Lines *lines)
{
    PyObject *open = PyList_New((Py_ssize_t)lines->open_count);
    for (size_t i = 0; open && i < lines->open_count; i++) {
        PyObject *name = PyLong_FromLong(lines->open[i]);
        if (name)
            PyList_SET_ITEM(open, (Py_ssize_t)i, name);
        else
            Py_CLEAR(open);
    }
    return open;
}

static PyObject *written_lines(Lines *lines)
{
    size_t room, count = usual_records(lines, &room);
    PyObject *text = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)room);
    if (!text)
        return NULL;
    /* The GIL stays here: to get it back from a busy thread takes longer than the lines. */
    char *start = PyBytes_AS_STRING(text), *end = put_lines(start, lines, count);
    PyObject *open = open_of(lines);
    if (!open) {
        Py_DECREF(text);
        return NULL;
    }
    /* Its memory is not cut to what it holds: pieces of a size are used again, while a cut one is the system's, and new
     * pages for the next one take a third of the time. */
    *end = 0;
    Py_SET_SIZE(text, end - start);
    return Py_BuildValue("NnLN", text, (Py_ssize_t)count, (long long)lines->latest_ns, open);
}

PyObject *module_lines(PyObject *Py_UNUSED(module), PyObject *args)
{
    Py_buffer slots;
    PyObject *names, *open, *result = NULL;
    long long tid, start_ns;
    if (!PyArg_ParseTuple(args, "y*O!LLO!:lines", &slots, &PyList_Type, &names, &tid, &start_ns, &PyList_Type, &open))
        return NULL;
    Lines lines = {.slots = slots.buf, .count = (size_t)slots.len / sizeof(Slot), .start_ns = start_ns, .latest_ns = INT64_MIN};
    *put_integer(lines.tid, tid) = 0;
    if (take_names(&lines, names) && take_open(&lines, open))
        result = written_lines(&lines);
    PyMem_Free(lines.names);
    PyMem_Free(lines.open);
    PyBuffer_Release(&slots);
    return result;
}
