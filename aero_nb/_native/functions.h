/* Hooks that record the calls of Python functions into the rings of their lanes. */
#ifndef AERO_NB_FUNCTIONS_H
#define AERO_NB_FUNCTIONS_H

#include "lanes.h"

/* Add `FunctionHooks` to the module; -1 with an exception set. */
int functions_add_types(PyObject *module, CoreTypes *types);

#endif
