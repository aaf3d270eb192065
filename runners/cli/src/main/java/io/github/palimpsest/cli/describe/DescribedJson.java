package io.github.palimpsest.cli.describe;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.component.AllowedValues;
import io.github.palimpsest.api.component.AllowedValues.Components;
import io.github.palimpsest.api.component.AllowedValues.Numbers;
import io.github.palimpsest.api.component.AllowedValues.NumbersOrSchedules;
import io.github.palimpsest.api.component.AllowedValues.Patterns;
import io.github.palimpsest.api.component.AllowedValues.WholeNumbers;
import io.github.palimpsest.api.component.AllowedValues.Words;
import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.component.Provider;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.data.DataFormat;
import io.github.palimpsest.api.discovery.Registered;
import io.github.palimpsest.api.model.ModelFamilyProvider;
import io.github.palimpsest.api.optimizer.Slot;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.probe.Probe;
import io.github.palimpsest.api.recipe.Value;
import io.github.palimpsest.certificates.Certificates;
import io.github.palimpsest.results.folder.Json;
import java.util.List;
import java.util.Locale;

/** A component as {@code describe --json} prints it. */
public final class DescribedJson {
  /** The kernel whose declared slots are shown. */
  public static final ParameterSpec KERNEL =
      new ParameterSpec("kernel", Shape.of(1024, 4096), ParameterSpec.Role.KERNEL);

  private DescribedJson() {}

  /** One object. */
  public static ObjectNode of(Registered found, Component<?> component) {
    Provider<?> p = found.provider();
    Traits traits = component.traits();
    ObjectNode node =
        Json.object()
            .put("id", p.id().value())
            .put("kind", p.kind().label())
            .put("summary", p.summary())
            .put("equation", p.equation());
    if (p instanceof ModelFamilyProvider family) {
      node.put("model_type", family.modelType());
    }
    ArrayNode settings = node.putArray("settings");
    for (Setting<?> s : p.settings()) {
      ObjectNode setting = settings.addObject();
      ArrayNode aliases = setting.put("key", s.key()).putArray("aliases");
      s.aliases().forEach(aliases::add);
      setting
          .put("default", s.defaultValue().toString())
          .put("value", value(component, s).toString())
          .put("range", s.range())
          .put("doc", s.doc());
      describe(s.allowed(), setting.putObject("allowed"));
    }
    if (p.kind() != Kind.FAMILY) {
      node.put("onset", word(traits.onset()));
    }
    ArrayNode requires = node.putArray("requires");
    traits.requires().stream().sorted().forEach(i -> requires.add(i.value()));
    ArrayNode needs = node.putArray("needs");
    Needs.of(component).forEach(needs::add);
    ArrayNode notes = node.putArray("notes");
    Needs.notes(p.id()).forEach(notes::add);
    ArrayNode conflicts = node.putArray("conflicts");
    traits.conflicts().stream().sorted().forEach(i -> conflicts.add(i.value()));
    Object created = component.create();
    if (created instanceof Probe probe) {
      node.putObject("cost").put("forward_passes", probe.passes());
    } else if (created instanceof DataFormat format) {
      ArrayNode keys = node.putArray("keys");
      format.keys().forEach(keys::add);
      ArrayNode optional = node.putArray("optional_keys");
      format.optionalKeys().forEach(optional::add);
      node.put("gives", word(format.gives())).put("example", format.example());
    } else if (p.kind() != Kind.FAMILY) { // it is the model, and adds nothing to it
      node.putObject("cost")
          .put("passes_per_step", traits.cost().passesPerStep())
          .put("slots_per_parameter", traits.cost().slotsPerParameter())
          .put("snapshots_per_task", traits.cost().snapshotsPerTask());
      List<Slot> slots = Slot.declared(component);
      if (!slots.isEmpty()) {
        ObjectNode shapes = node.putObject("slots_of_a_kernel");
        shapes.put("kernel", KERNEL.shape().toString());
        slots.forEach(
            s -> s.shape(KERNEL).ifPresent(shape -> shapes.put(s.name(), shape.toString())));
      }
    }
    ArrayNode references = node.putArray("references");
    traits.references().forEach(references::add);
    return node.put("plugin", found.origin().plugin())
        .put("version", found.origin().version())
        .put("jar", found.origin().location().toString())
        .put("certificate", new Certificates().of(found).label());
  }

  private static void describe(AllowedValues allowed, ObjectNode in) {
    if (allowed instanceof Numbers n) {
      bounds("number", n.least(), n.most(), Double.MAX_VALUE, in);
    } else if (allowed instanceof NumbersOrSchedules n) {
      bounds("number-or-schedule", n.least(), n.most(), Double.MAX_VALUE, in);
    } else if (allowed instanceof WholeNumbers n) {
      bounds("whole-number", n.least(), n.most(), Integer.MAX_VALUE, in);
    } else if (allowed instanceof Words words) {
      ArrayNode values = in.put("type", "word").putArray("words");
      words.values().forEach(w -> values.add(w.toString()));
    } else if (allowed instanceof Components of) {
      in.put("type", of.kind().label());
    } else {
      in.put("type", allowed instanceof Patterns ? "pattern" : "text");
    }
  }

  private static void bounds(
      String type, double least, double most, double unbounded, ObjectNode in) {
    in.put("type", type);
    if (least > -unbounded) {
      in.put("least", least);
    }
    if (most < unbounded) {
      in.put("most", most);
    }
  }

  /** The value of a setting: the given one, or the default. */
  public static Value value(Component<?> component, Setting<?> setting) {
    return component.settings().canonical().getOrDefault(setting.key(), setting.defaultValue());
  }

  /** A constant as a recipe writes it. */
  public static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
