/** The client for JavaScript, clients/js: its own tests, which are JavaScript, and the real system for them to run against. */
@NullMarked
package dev.sluice.system.js;

import org.jspecify.annotations.NullMarked;
