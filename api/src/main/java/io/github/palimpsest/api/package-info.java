/**
 * The service provider interfaces and the values that cross them.
 *
 * <p>Start at {@link io.github.palimpsest.api.Plugin}: the one service type that a JAR registers.
 * It offers {@linkplain io.github.palimpsest.api.component.Provider providers}, one for each
 * component; a provider declares its {@linkplain io.github.palimpsest.api.component.Setting
 * settings} and {@linkplain io.github.palimpsest.api.component.Traits traits} and creates the
 * component.
 *
 * <p>Everything is a function of a parameter view, never of a variable: an {@link
 * io.github.palimpsest.api.optimizer.Optimizer}, a {@link
 * io.github.palimpsest.api.regularizer.Regularizer} and an {@link
 * io.github.palimpsest.api.adapter.Adapter} build graph from the {@link
 * io.github.palimpsest.api.parameter.Params} that they receive. Only the engine owns graph, session
 * and variables.
 *
 * <p>Arguments of plugins are interfaces, values that plugins create have named factories, and
 * optional features are {@linkplain io.github.palimpsest.api.component.Capable capabilities}, so
 * that all of them can grow without breaking a plugin. Every type is {@link
 * io.github.palimpsest.api.Stable} or {@link io.github.palimpsest.api.Experimental}.
 *
 * <p>This package may use the JDK, tensorflow-core-api and jspecify, and nothing else.
 */
@NullMarked
package io.github.palimpsest.api;

import org.jspecify.annotations.NullMarked;
