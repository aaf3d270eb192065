package io.github.palimpsest.api.adapter;

import io.github.palimpsest.api.component.Declared;

/** An {@link AdapterProvider} as one value. */
record DeclaredAdapter(Declared<Adapter> declared)
    implements Declared.Stated<Adapter>, AdapterProvider {}
