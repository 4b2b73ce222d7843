/** What a client asks for, read strictly from a URL, from JSON or from the proto, and checked against its token. No transport lives here. */
@NullMarked
package dev.sluice.edge.request;

import org.jspecify.annotations.NullMarked;
