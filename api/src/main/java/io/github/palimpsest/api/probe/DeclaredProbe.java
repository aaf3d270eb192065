package io.github.palimpsest.api.probe;

import io.github.palimpsest.api.component.Declared;

/** A {@link ProbeProvider} as one value. */
record DeclaredProbe(Declared<Probe> declared) implements Declared.Stated<Probe>, ProbeProvider {}
