/* Records as lines of JSON, for a stream that is to keep up with them. */
#ifndef AERO_NB_LINES_H
#define AERO_NB_LINES_H

#include "ring.h"

/* The function `lines`, as _core.pyi describes it. */
PyObject *module_lines(PyObject *module, PyObject *args);

#endif
