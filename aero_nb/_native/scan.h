/* The reader's scan: the usual events of a piece of JSON as rows; anything odd as a range of bytes. No Python here.
 *
 * A piece is a whole JSON array. What is not plainly valid and usual is not judged here: an odd element is told by
 * where it stands, and a piece that cannot be followed is refused as a whole. The reader's Python code takes both.
 */
#ifndef AERO_NB_SCAN_H
#define AERO_NB_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NO_TIME INT64_MIN
#define RECENT 256

/* Bytes, or values of one type, that grow. */
typedef struct {
    char *data;
    size_t size, room; /* bytes */
} Vector;

/* Texts by code, in order of their first use. Those behind `kept` go with the next scan, unless they are kept. */
typedef struct {
    Vector text;    /* one after another */
    Vector entries; /* of Entry */
    Vector fresh;   /* int32_t: the element that used each text behind `kept` first */
    uint32_t *slots; /* code + 1, 0: free */
    size_t slot_count, kept;
    uint32_t recent[RECENT]; /* code + 1 of a text used lately, by a quick mix of its bytes; to be compared */
} Table;

typedef struct {
    size_t start, length;
    uint64_t hash;
} Entry;

/* One usual event. `shape` and `name` are codes of tables, -1: no name. */
typedef struct {
    int64_t ts, dur; /* ns, or NO_TIME */
    int32_t element, shape, name;
    int32_t carry; /* ns that ts + dur lacks of their end rounded as a whole */
} Row;

/* A text kept for an element; the texts stand one after another. */
typedef struct {
    int32_t element, length;
} Kept;

/* An element for the Python path, by where it stands in the piece. */
typedef struct {
    int32_t element, start, end;
} Odd;

typedef uint64_t (*HashFunction)(const void *text, size_t length);

typedef struct {
    HashFunction hash;
    bool is_phase[256], is_instant[256];
    Table shapes; /* JSON arrays [ph, cat, pid, tid, s] */
    Table names;  /* JSON strings */
    Vector key;   /* the shape of the present event */
    /* What the last scan found. */
    Vector rows, args, args_text, extras, extras_text, odd;
    int32_t elements;
} Scan;

typedef enum { SCAN_DONE, SCAN_REFUSED, SCAN_NO_MEMORY } ScanResult;

void scan_init(Scan *scan, HashFunction hash, const char *phases, const char *instants);
void scan_free(Scan *scan);
ScanResult scan_piece(Scan *scan, const char *text, size_t length);
/* Keep the texts that the last scan met first; otherwise the next scan forgets them. */
void scan_keep(Scan *scan);
size_t table_size(const Table *table);
const Entry *table_entry(const Table *table, size_t code);

#endif
