package io.github.palimpsest.tck;

import io.github.palimpsest.api.model.ModelFamily;
import io.github.palimpsest.api.model.ModelFamilyProvider;

/**
 * Every rule for a model family, as a test of its own. Extend it and say which one is meant:
 *
 * <pre>{@code
 * class AcmeFamilyKitTest extends ModelFamilyKit {
 *   @Override protected ModelFamilyProvider subject() { return AcmeFamily.PROVIDER; }
 * }
 * }</pre>
 */
public abstract class ModelFamilyKit extends ComponentKit<ModelFamily, ModelFamilyProvider> {}
