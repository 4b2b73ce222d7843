/**
 * One child process: started, watched, paused, ended, and written down so that a later run finds it; and the ports it needs.
 * Nothing here knows what the process is for.
 */
@NullMarked
package dev.sluice.local.process;

import org.jspecify.annotations.NullMarked;
