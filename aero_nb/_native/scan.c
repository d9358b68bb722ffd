#include "scan.h"

#include <stdlib.h>
#include <string.h>

enum { DEEPEST = 64, MOST_FURTHER = 16, MOST_DIGITS = 15, MOST_DECIMALS = 18, ID_DIGITS = 18 };
#define REST_OF_NS 1000000000000000 /* the unit of what is left behind a whole ns: 1e-15 ns */

/* ---- Memory ---- */

static bool reserve(Vector *vector, size_t more)
{
    if (more <= vector->room - vector->size)
        return true;
    if (more > SIZE_MAX / 2 - vector->size)
        return false;
    size_t room = vector->room ? vector->room : 256;
    while (room < vector->size + more)
        room *= 2;
    char *data = realloc(vector->data, room);
    if (!data)
        return false;
    vector->data = data;
    vector->room = room;
    return true;
}

static bool append(Vector *vector, const void *data, size_t size)
{
    if (!reserve(vector, size))
        return false;
    if (size)
        memcpy(vector->data + vector->size, data, size);
    vector->size += size;
    return true;
}

static void release(Vector *vector)
{
    free(vector->data);
    *vector = (Vector){0};
}

/* ---- Texts by code ---- */

size_t table_size(const Table *table)
{
    return table->entries.size / sizeof(Entry);
}

const Entry *table_entry(const Table *table, size_t code)
{
    return (const Entry *)(const void *)table->entries.data + code;
}

static size_t free_slot(const uint32_t *slots, size_t count, uint64_t hash)
{
    size_t slot = (size_t)hash & (count - 1);
    while (slots[slot])
        slot = (slot + 1) & (count - 1);
    return slot;
}

/* At least half of the slots stay free. */
static bool make_slots(Table *table)
{
    size_t size = table_size(table);
    if (size >= INT32_MAX)
        return false;
    if (2 * (size + 1) <= table->slot_count)
        return true;
    size_t count = table->slot_count ? 2 * table->slot_count : 64;
    uint32_t *slots = calloc(count, sizeof *slots);
    if (!slots)
        return false;
    for (size_t code = 0; code < size; code++)
        slots[free_slot(slots, count, table_entry(table, code)->hash)] = (uint32_t)code + 1;
    free(table->slots);
    table->slots = slots;
    table->slot_count = count;
    return true;
}

/* Where a text that was used lately may be found: a mix of its first and last bytes, which anybody may make collide. */
static size_t place_of(const char *text, size_t length)
{
    uint64_t first = 0, last = 0;
    if (length >= sizeof first) {
        memcpy(&first, text, sizeof first);
        memcpy(&last, text + length - sizeof last, sizeof last);
    } else {
        memcpy(&first, text, length);
    }
    return (size_t)((first ^ (last << 29 | last >> 35) ^ length) * 0x9E3779B97F4A7C15u >> 56);
}

/* Return what was used lately and had this place, NULL: nothing that is still known. */
static const Entry *recent_entry(const Table *table, size_t place)
{
    uint32_t code = table->recent[place];
    return code && code <= table_size(table) ? table_entry(table, code - 1) : NULL;
}

static int32_t look_up(Table *table, HashFunction hash_of, const char *text, size_t length, int32_t element);

/* Return the code of a text, -1: no memory. */
static int32_t code_of(Table *table, HashFunction hash_of, const char *text, size_t length, int32_t element)
{
    size_t place = place_of(text, length);
    const Entry *entry = recent_entry(table, place);
    if (entry && entry->length == length && !memcmp(table->text.data + entry->start, text, length))
        return (int32_t)table->recent[place] - 1;
    int32_t code = look_up(table, hash_of, text, length, element);
    table->recent[place] = (uint32_t)(code + 1);
    return code;
}

static int32_t look_up(Table *table, HashFunction hash_of, const char *text, size_t length, int32_t element)
{
    if (!make_slots(table))
        return -1;
    uint64_t hash = hash_of(text, length);
    size_t slot = (size_t)hash & (table->slot_count - 1);
    for (; table->slots[slot]; slot = (slot + 1) & (table->slot_count - 1)) {
        const Entry *entry = table_entry(table, table->slots[slot] - 1);
        if (entry->hash == hash && entry->length == length && !memcmp(table->text.data + entry->start, text, length))
            return (int32_t)table->slots[slot] - 1;
    }
    Entry entry = {table->text.size, length, hash};
    if (!reserve(&table->text, length) || !reserve(&table->entries, sizeof entry) ||
        !append(&table->fresh, &element, sizeof element))
        return -1;
    append(&table->text, text, length);
    append(&table->entries, &entry, sizeof entry);
    table->slots[slot] = (uint32_t)table_size(table);
    return (int32_t)table_size(table) - 1;
}

/* Forget the texts that were not kept, the last one first: so no search ever ends at the slot of one that is gone. */
static void forget_fresh(Table *table)
{
    table->fresh.size = 0;
    while (table_size(table) > table->kept) {
        size_t code = table_size(table) - 1;
        const Entry *entry = table_entry(table, code);
        size_t slot = (size_t)entry->hash & (table->slot_count - 1);
        while (table->slots[slot] != code + 1)
            slot = (slot + 1) & (table->slot_count - 1);
        table->slots[slot] = 0;
        table->text.size = entry->start;
        table->entries.size -= sizeof(Entry);
    }
}

static void release_table(Table *table)
{
    release(&table->text);
    release(&table->entries);
    release(&table->fresh);
    free(table->slots);
    *table = (Table){0};
}

/* ---- JSON: each function returns where what begins at `at` ends, NULL where it is not plainly valid ---- */

static const char *skip_space(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t'))
        at++;
    return at;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The number that four hexadecimal digits write, -1: they do not. */
static int hex4(const char *at, const char *end)
{
    if (end - at < 4)
        return -1;
    int value = 0;
    for (int i = 0; i < 4; i++) {
        char c = at[i];
        int digit = is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
        if (digit < 0)
            return -1;
        value = 16 * value + digit;
    }
    return value;
}

static const char *escape_end(const char *at, const char *end)
{
    if (end - at < 2)
        return NULL;
    if (at[1] != 'u')
        return memchr("\"\\/bfnrt", at[1], 8) ? at + 2 : NULL;
    int unit = hex4(at + 2, end);
    if (unit < 0)
        return NULL;
    if (unit < 0xD800 || unit > 0xDFFF)
        return at + 6;
    if (unit > 0xDBFF || end - at < 12 || at[6] != '\\' || at[7] != 'u')
        return NULL; /* a lone surrogate */
    int low = hex4(at + 8, end);
    return low >= 0xDC00 && low <= 0xDFFF ? at + 12 : NULL;
}

/* Where plain text goes on no more: at a quote, a backslash, a control character, or the end. */
static const char *plain_end(const char *at, const char *end)
{
    while (at < end && *at != '"' && *at != '\\' && (unsigned char)*at >= 0x20)
        at++;
    return at;
}

/* Whether bytes are UTF-8 is known before. */
static const char *string_end(const char *at, const char *end)
{
    for (at = plain_end(at + 1, end); at < end; at = plain_end(at, end)) {
        if (*at == '"')
            return at + 1;
        at = *at == '\\' ? escape_end(at, end) : NULL;
        if (!at)
            return NULL;
    }
    return NULL;
}

static const char *digits_end(const char *at, const char *end)
{
    const char *start = at;
    while (at < end && is_digit(*at))
        at++;
    return at > start ? at : NULL;
}

static const char *number_end(const char *at, const char *end)
{
    if (at < end && *at == '-')
        at++;
    const char *start = at;
    at = digits_end(at, end);
    if (!at || (*start == '0' && at - start > 1))
        return NULL;
    if (at < end && *at == '.') {
        at = digits_end(at + 1, end);
        if (!at)
            return NULL;
    }
    if (at < end && (*at == 'e' || *at == 'E')) {
        at++;
        if (at < end && (*at == '+' || *at == '-'))
            at++;
        at = digits_end(at, end);
    }
    return at;
}

static const char *word_end(const char *at, const char *end, const char *word, ptrdiff_t length)
{
    return end - at >= length && !memcmp(at, word, (size_t)length) ? at + length : NULL;
}

static const char *scalar_end(const char *at, const char *end)
{
    if (at == end)
        return NULL;
    switch (*at) {
    case '"':
        return string_end(at, end);
    case 'n':
        return word_end(at, end, "null", 4);
    case 't':
        return word_end(at, end, "true", 4);
    case 'f':
        return word_end(at, end, "false", 5);
    default:
        return number_end(at, end);
    }
}

/* Of a key, its colon and the space behind it. */
static const char *key_end(const char *at, const char *end)
{
    if (at == end || *at != '"')
        return NULL;
    at = string_end(at, end);
    if (!at)
        return NULL;
    at = skip_space(at, end);
    return at < end && *at == ':' ? skip_space(at + 1, end) : NULL;
}

static const char *value_end(const char *at, const char *end)
{
    uint64_t objects = 0; /* a bit for each open bracket, the innermost last: whether it is an object's */
    int depth = 0;
    for (;;) {
        bool opens = at < end && (*at == '{' || *at == '[');
        if (opens) {
            bool object = *at == '{';
            at = skip_space(at + 1, end);
            if (at == end || depth == DEEPEST)
                return NULL;
            objects = objects << 1 | object;
            depth++;
            opens = *at != (object ? '}' : ']');
            if (opens && object)
                at = key_end(at, end);
            if (!at)
                return NULL;
            if (opens)
                continue;
        } else {
            at = scalar_end(at, end);
            if (!at)
                return NULL;
        }
        bool closed = true; /* behind a value, or before the bracket that closes an empty one */
        while (closed && depth) {
            at = skip_space(at, end);
            if (at == end)
                return NULL;
            closed = *at == (objects & 1 ? '}' : ']');
            if (closed) {
                at++;
                depth--;
                objects >>= 1;
            }
        }
        if (!depth)
            return at;
        if (*at != ',')
            return NULL;
        at = skip_space(at + 1, end);
        if (objects & 1)
            at = key_end(at, end);
        if (!at)
            return NULL;
    }
}

/* ---- Fields ---- */

typedef struct {
    const char *start, *end; /* NULL: absent, or null */
} Text;

enum { PH, NAME, CAT, TS, DUR, PID, TID, S, ARGS, KNOWN };

static int field_of(const char *key, ptrdiff_t length)
{
    switch (length) {
    case 1:
        return *key == 's' ? S : -1;
    case 2:
        return !memcmp(key, "ph", 2) ? PH : !memcmp(key, "ts", 2) ? TS : -1;
    case 3:
        return !memcmp(key, "tid", 3) ? TID : !memcmp(key, "pid", 3) ? PID : !memcmp(key, "cat", 3) ? CAT
             : !memcmp(key, "dur", 3) ? DUR : -1;
    case 4:
        return !memcmp(key, "name", 4) ? NAME : !memcmp(key, "args", 4) ? ARGS : -1;
    default:
        return -1;
    }
}

static bool is_text_or_absent(Text text)
{
    return !text.start || *text.start == '"';
}

/* Short integers and texts; what others are as ids is decided in Python. */
static bool is_usual_id(Text id)
{
    if (is_text_or_absent(id))
        return true;
    const char *at = id.start + (*id.start == '-');
    return id.end - at <= ID_DIGITS && digits_end(at, id.end) == id.end;
}

/* Microseconds as a file writes them, in ns: whole ones, and the rest in units of 1e-15 ns, both of one sign. */
typedef struct {
    int64_t ns, rest;
} Time;

static bool read_time(Text text, Time *time)
{
    static const int64_t powers_of_ten[MOST_DECIMALS] = {
        1,
        10,
        100,
        1000,
        10000,
        100000,
        1000000,
        10000000,
        100000000,
        1000000000,
        10000000000,
        100000000000,
        1000000000000,
        10000000000000,
        100000000000000,
        1000000000000000,
        10000000000000000,
        100000000000000000,
    };
    const char *at = text.start, *end = text.end;
    if (*at == '"') {
        at++;
        end--;
    }
    bool negative = at < end && *at == '-';
    at += negative;
    const char *whole = at;
    int64_t us = 0, decimals = 0;
    for (; at < end && is_digit(*at); at++) {
        if (at - whole == MOST_DIGITS)
            return false;
        us = 10 * us + (*at - '0');
    }
    if (at == whole || (*whole == '0' && at - whole > 1))
        return false;
    if (at < end) {
        if (*at != '.' || end - at < 2 || end - at > MOST_DECIMALS + 1)
            return false;
        at++;
        const char *point = at;
        for (; at < end && is_digit(*at); at++)
            decimals = 10 * decimals + (*at - '0');
        if (at < end)
            return false;
        decimals *= powers_of_ten[MOST_DECIMALS - (at - point)];
    }
    int64_t sign = negative ? -1 : 1;
    time->ns = sign * (us * 1000 + decimals / REST_OF_NS);
    time->rest = sign * (decimals % REST_OF_NS);
    return true;
}

/* Nearest, half to even. */
static int64_t rounded(int64_t ns, int64_t rest)
{
    while (rest < 0) {
        rest += REST_OF_NS;
        ns--;
    }
    while (rest >= REST_OF_NS) {
        rest -= REST_OF_NS;
        ns++;
    }
    int64_t half = REST_OF_NS / 2;
    return ns + (rest > half || (rest == half && ns % 2 != 0));
}

/* Set the times of a row; false: they are for Python. */
static bool set_times(Row *row, Text ts, Text dur)
{
    Time begin = {0}, length = {0};
    if ((ts.start && !read_time(ts, &begin)) || (dur.start && !read_time(dur, &length)))
        return false;
    row->ts = ts.start ? rounded(begin.ns, begin.rest) : NO_TIME;
    row->dur = dur.start ? rounded(length.ns, length.rest) : NO_TIME;
    if (!dur.start)
        return true;
    if (row->dur < 0)
        return false;
    if (ts.start)
        row->carry = (int32_t)(rounded(begin.ns + length.ns, begin.rest + length.rest) - row->ts - row->dur);
    return true;
}

/* ---- Events ---- */

typedef struct {
    Text key, value;
} Further;

typedef struct {
    Text fields[KNOWN];
    bool has_args; /* args may be null, and are kept so */
    Further further[MOST_FURTHER]; /* by key */
    int further_count;
} Event;

static int by_key(Text left, Text right)
{
    ptrdiff_t a = left.end - left.start, b = right.end - right.start;
    int order = memcmp(left.start, right.start, (size_t)(a < b ? a : b));
    return order ? order : (a > b) - (a < b);
}

/* Put a further field in its place; false: there are too many, or two of one key. */
static bool add_further(Event *event, Text key, Text value)
{
    if (event->further_count == MOST_FURTHER)
        return false;
    int place = event->further_count;
    for (; place > 0; place--) {
        int order = by_key(event->further[place - 1].key, key);
        if (order == 0)
            return false;
        if (order < 0)
            break;
        event->further[place] = event->further[place - 1];
    }
    event->further[place] = (Further){key, value};
    event->further_count++;
    return true;
}

static bool add_field(Event *event, Text key, Text value, unsigned *seen)
{
    int field = field_of(key.start, key.end - key.start);
    if (field < 0)
        return add_further(event, key, value);
    if (*seen & 1u << field)
        return false;
    *seen |= 1u << field;
    if (field == ARGS)
        event->has_args = true;
    if (field == ARGS || *value.start != 'n')
        event->fields[field] = value;
    return true;
}

/* Read the object at `at` into `event`; returns where it ends, NULL: it is for Python. */
static const char *read_event(Event *event, const char *at, const char *end)
{
    memset(event->fields, 0, sizeof event->fields);
    event->has_args = false;
    event->further_count = 0;
    unsigned seen = 0;
    for (;;) {
        at = skip_space(at + 1, end); /* behind the bracket or a comma */
        if (at == end || *at != '"')
            return NULL;
        Text key = {at + 1, plain_end(at + 1, end)};
        if (key.end == end || *key.end != '"')
            return NULL; /* keys with escapes are for Python */
        at = skip_space(key.end + 1, end);
        if (at == end || *at != ':')
            return NULL;
        at = skip_space(at + 1, end);
        Text value = {at, at < end && *at == '"' ? string_end(at, end) : value_end(at, end)};
        if (!value.end || !add_field(event, key, value, &seen))
            return NULL;
        at = skip_space(value.end, end);
        if (at < end && *at == '}')
            return at + 1;
        if (at == end || *at != ',')
            return NULL;
    }
}

static bool is_usual(const Scan *scan, const Event *event, Row *row)
{
    Text ph = event->fields[PH], s = event->fields[S];
    if (!ph.start || ph.end - ph.start != 3 || *ph.start != '"' || !scan->is_phase[(unsigned char)ph.start[1]])
        return false;
    if (!is_text_or_absent(event->fields[NAME]) || !is_text_or_absent(event->fields[CAT]) || !is_text_or_absent(s))
        return false;
    if (!is_usual_id(event->fields[PID]) || !is_usual_id(event->fields[TID]))
        return false;
    if (!set_times(row, event->fields[TS], event->fields[DUR]))
        return false;
    /* The scope of what will be no row of instants is kept as a further field. */
    return !s.start || (row->ts != NO_TIME && scan->is_instant[(unsigned char)ph.start[1]]);
}

static size_t length_of(Text text)
{
    return (size_t)(text.end - text.start);
}

enum { PARTS = 5 };
static const int parts[PARTS] = {PH, CAT, PID, TID, S};

/* Whether a text is the event's shape. */
static bool is_shape(const char *at, const char *end, const Event *event)
{
    static const char null[] = "null";
    for (int part = 0; part < PARTS; part++) {
        Text text = event->fields[parts[part]];
        if (!text.start)
            text = (Text){null, null + 4};
        if (at == end || *at++ != (part ? ',' : '['))
            return false;
        if (end - at <= text.end - text.start || memcmp(at, text.start, length_of(text)))
            return false;
        at += length_of(text);
    }
    return end - at == 1;
}

/* Look up the shape by its text; -1: no memory. */
static int32_t new_shape(Scan *scan, const Event *event, int32_t element)
{
    Vector *key = &scan->key;
    key->size = 0;
    for (int part = 0; part < PARTS; part++) {
        Text text = event->fields[parts[part]];
        bool added = append(key, part ? "," : "[", 1) &&
                     (text.start ? append(key, text.start, length_of(text)) : append(key, "null", 4));
        if (!added)
            return -1;
    }
    return append(key, "]", 1) ? look_up(&scan->shapes, scan->hash, key->data, key->size, element) : -1;
}

/* Return the code of the event's shape, -1: no memory. */
static int32_t shape_of(Scan *scan, const Event *event, int32_t element)
{
    size_t place = 0;
    for (int part = 0; part < PARTS; part++)
        if (event->fields[parts[part]].start)
            place = place * 31 + place_of(event->fields[parts[part]].start, length_of(event->fields[parts[part]]));
    place %= RECENT;
    const Entry *entry = recent_entry(&scan->shapes, place);
    if (entry) {
        const char *start = scan->shapes.text.data + entry->start;
        if (is_shape(start, start + entry->length, event))
            return (int32_t)scan->shapes.recent[place] - 1;
    }
    int32_t code = new_shape(scan, event, element);
    scan->shapes.recent[place] = (uint32_t)(code + 1);
    return code;
}

static bool keep_extras(Scan *scan, const Event *event, int32_t element)
{
    size_t before = scan->extras_text.size;
    for (int i = 0; i < event->further_count; i++) {
        Text key = event->further[i].key, value = event->further[i].value;
        bool added = append(&scan->extras_text, i ? ",\"" : "{\"", 2) &&
                     append(&scan->extras_text, key.start, length_of(key)) && append(&scan->extras_text, "\":", 2) &&
                     append(&scan->extras_text, value.start, length_of(value));
        if (!added)
            return false;
    }
    if (!append(&scan->extras_text, "}", 1))
        return false;
    Kept kept = {element, (int32_t)(scan->extras_text.size - before)};
    return append(&scan->extras, &kept, sizeof kept);
}

static bool add_row(Scan *scan, const Event *event, Row *row)
{
    Text name = event->fields[NAME], args = event->fields[ARGS];
    row->shape = shape_of(scan, event, row->element);
    row->name = -1;
    if (name.start)
        row->name = code_of(&scan->names, scan->hash, name.start, length_of(name), row->element);
    if (row->shape < 0 || (name.start && row->name < 0) || !append(&scan->rows, row, sizeof *row))
        return false;
    if (event->has_args) {
        Kept kept = {row->element, (int32_t)length_of(args)};
        if (!append(&scan->args, &kept, sizeof kept) || !append(&scan->args_text, args.start, length_of(args)))
            return false;
    }
    return !event->further_count || keep_extras(scan, event, row->element);
}

static void forget_piece(Scan *scan)
{
    forget_fresh(&scan->shapes);
    forget_fresh(&scan->names);
    Vector *found[] = {&scan->rows, &scan->args, &scan->args_text, &scan->extras, &scan->extras_text, &scan->odd};
    for (size_t i = 0; i < sizeof found / sizeof *found; i++)
        found[i]->size = 0;
    scan->elements = 0;
}

ScanResult scan_piece(Scan *scan, const char *text, size_t length)
{
    forget_piece(scan);
    /* Every count, place and length below fits 32 bits; extras are at most a few bytes longer than their fields. */
    if (length < 2 || length > INT32_MAX / 4)
        return SCAN_REFUSED;
    const char *end = text + length, *at = skip_space(text, end);
    if (at == end || *at != '[')
        return SCAN_REFUSED;
    Event event;
    for (at = skip_space(at + 1, end);; at = skip_space(at + 1, end)) {
        Row row = {.element = scan->elements};
        const char *start = at;
        at = start < end && *start == '{' ? read_event(&event, start, end) : NULL;
        if (at && is_usual(scan, &event, &row)) {
            if (!add_row(scan, &event, &row))
                return SCAN_NO_MEMORY;
        } else {
            at = value_end(start, end);
            if (!at)
                return SCAN_REFUSED;
            Odd odd = {scan->elements, (int32_t)(start - text), (int32_t)(at - text)};
            if (!append(&scan->odd, &odd, sizeof odd))
                return SCAN_NO_MEMORY;
        }
        scan->elements++;
        at = skip_space(at, end);
        if (at < end && *at == ']')
            return skip_space(at + 1, end) == end ? SCAN_DONE : SCAN_REFUSED;
        if (at == end || *at != ',')
            return SCAN_REFUSED;
    }
}

void scan_keep(Scan *scan)
{
    scan->shapes.kept = table_size(&scan->shapes);
    scan->names.kept = table_size(&scan->names);
}

void scan_init(Scan *scan, HashFunction hash, const char *phases, const char *instants)
{
    *scan = (Scan){.hash = hash};
    for (; *phases; phases++)
        scan->is_phase[(unsigned char)*phases] = true;
    for (; *instants; instants++)
        scan->is_instant[(unsigned char)*instants] = true;
}

void scan_free(Scan *scan)
{
    Vector *all[] = {&scan->key,       &scan->rows,   &scan->args,        &scan->args_text,
                     &scan->extras,    &scan->odd,    &scan->extras_text};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        release(all[i]);
    release_table(&scan->shapes);
    release_table(&scan->names);
}
