/** Plain HTTP: answers, problems, and bodies that are read piece by piece. */
@NullMarked
package dev.sluice.client.http;

import org.jspecify.annotations.NullMarked;
