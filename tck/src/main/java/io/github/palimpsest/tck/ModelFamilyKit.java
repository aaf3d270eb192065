package io.github.palimpsest.tck;

import io.github.palimpsest.api.model.ModelFamily;
import io.github.palimpsest.api.model.ModelFamilyProvider;

/**
 * Every rule for a model family, as a separate test. Extend it and name the provider:
 *
 * <pre>{@code
 * class AcmeFamilyKitTest extends ModelFamilyKit {
 *   @Override protected ModelFamilyProvider subject() { return AcmeFamily.PROVIDER; }
 * }
 * }</pre>
 */
public abstract class ModelFamilyKit extends ComponentKit<ModelFamily, ModelFamilyProvider> {}
