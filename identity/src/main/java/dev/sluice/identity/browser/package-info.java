/** Which pages may use a service from a browser: their origins, and the headers of CORS. What a page may do is its token's business. */
@NullMarked
package dev.sluice.identity.browser;

import org.jspecify.annotations.NullMarked;
