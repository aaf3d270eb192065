/** Trackers show a grid while it runs; see {@link io.github.palimpsest.api.tracker.Tracker}. */
@NullMarked
package io.github.palimpsest.api.tracker;

import org.jspecify.annotations.NullMarked;
