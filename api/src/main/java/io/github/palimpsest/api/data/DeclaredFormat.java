package io.github.palimpsest.api.data;

import io.github.palimpsest.api.component.Declared;

/** A {@link DataFormatProvider} as one value. */
record DeclaredFormat(Declared<DataFormat> declared)
    implements Declared.Stated<DataFormat>, DataFormatProvider {}
