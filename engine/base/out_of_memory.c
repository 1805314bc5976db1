#include "base/error.h"

void out_of_memory(void)
{
	static const char line[] = "plimsoll: out of memory\n";
	/* write(2), not stdio: nothing here may allocate. Nobody is left to tell of a failure. */
	if (write(STDERR_FILENO, line, sizeof line - 1) < 0)
		_exit(4);
	_exit(4);
}
