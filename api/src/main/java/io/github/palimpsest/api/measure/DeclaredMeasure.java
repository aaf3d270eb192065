package io.github.palimpsest.api.measure;

import io.github.palimpsest.api.component.Declared;

/** A measure's provider as one value. */
record DeclaredMeasure(Declared<Measure> declared)
    implements Declared.Stated<Measure>, MeasureProvider {}
