/** Whether the documentation says what the code says. Only sources are read here; no process is started. */
@NullMarked
package dev.sluice.system.docs;

import org.jspecify.annotations.NullMarked;
