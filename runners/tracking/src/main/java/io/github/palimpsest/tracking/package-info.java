/**
 * Shows a grid in common experiment trackers, during the run and after it. {@link
 * io.github.palimpsest.tracking.Tracking} follows the files of an output folder, whichever
 * processes write them, and passes new data to the {@link io.github.palimpsest.api.tracker.Tracker
 * trackers}: TensorBoard's event files and an MLflow server.
 *
 * <p>This package cannot change a result, and a tracker that fails does not fail the run.
 */
@NullMarked
package io.github.palimpsest.tracking;

import org.jspecify.annotations.NullMarked;
