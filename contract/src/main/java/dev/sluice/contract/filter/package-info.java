/**
 * Which events a subscription wants, by attribute: the dialects of the CloudEvents Subscriptions API and CloudEvents SQL.
 * What a channel matches lives with channels; the data of an event is never looked at.
 */
@NullMarked
package dev.sluice.contract.filter;

import org.jspecify.annotations.NullMarked;
