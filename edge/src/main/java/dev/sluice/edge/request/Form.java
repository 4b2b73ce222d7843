package dev.sluice.edge.request;

/** How an event is shown ({@code format}). */
public enum Form {
    /** The payload as published. */
    DATA,
    /** A structured CloudEvent in JSON. */
    CLOUDEVENTS
}
