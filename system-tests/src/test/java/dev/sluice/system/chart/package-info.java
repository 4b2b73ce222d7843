/** The processes as the chart would start them: values, rendered by Helm, become their environment and files. */
@NullMarked
package dev.sluice.system.chart;

import org.jspecify.annotations.NullMarked;
