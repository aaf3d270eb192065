package io.github.palimpsest.api.tracker;

import io.github.palimpsest.api.Declared;

/** A tracker's provider as one value. */
record DeclaredTracker(Declared<Tracker> declared)
    implements Declared.Stated<Tracker>, TrackerProvider {}
