package io.github.palimpsest.api.tracker;

import io.github.palimpsest.api.component.Declared;

/** A tracker's provider as one value. */
record DeclaredTracker(Declared<Tracker> declared)
    implements Declared.Stated<Tracker>, TrackerProvider {}
