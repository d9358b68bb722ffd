/* The recording calls that are made most, and spans. */
#ifndef AERO_NB_CALLS_H
#define AERO_NB_CALLS_H

#include "lanes.h"

/* Add `RecordingCalls` and `Span` to the module; -1 with an exception set. */
int calls_add_types(PyObject *module, CoreTypes *types);

#endif
