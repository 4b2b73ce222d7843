/** Container images of the built services, as tars that any container tool loads; neither Docker nor a registry of one's own is needed. */
@NullMarked
package dev.sluice.images;

import org.jspecify.annotations.NullMarked;
