/**
 * A grid in the experiment trackers of the field, while it runs and after. {@link
 * io.github.palimpsest.tracking.Tracking} follows an output folder's files, whichever processes
 * write them, and hands what is new to {@link io.github.palimpsest.tracking.Tracker trackers}:
 * TensorBoard's event files and an MLflow server.
 *
 * <p>Nothing here can change a result, and no tracker that fails can fail a run.
 */
@NullMarked
package io.github.palimpsest.tracking;

import org.jspecify.annotations.NullMarked;
