package io.github.palimpsest.tck;

import io.github.palimpsest.api.tracker.Tracker;
import io.github.palimpsest.api.tracker.TrackerProvider;

/**
 * Every rule for a tracker, as a separate test. Extend it and name the provider:
 *
 * <pre>{@code
 * class AcmeKitTest extends TrackerKit {
 *   @Override protected TrackerProvider subject() { return AcmeCsv.PROVIDER; }
 * }
 * }</pre>
 *
 * <p>A tracker that writes files is tried in a temporary folder. One whose target is a server needs
 * the server, or a double of it, as {@code target} in {@link #settings()}.
 */
public abstract class TrackerKit extends ComponentKit<Tracker, TrackerProvider> {}
