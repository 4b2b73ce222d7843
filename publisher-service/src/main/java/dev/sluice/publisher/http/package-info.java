/**
 * Publishing over HTTP: routes, forms, answers, and what the OpenAPI page says of them. How a form is read is the contract's,
 * who may publish is asked elsewhere.
 */
@NullMarked
package dev.sluice.publisher.http;

import org.jspecify.annotations.NullMarked;
