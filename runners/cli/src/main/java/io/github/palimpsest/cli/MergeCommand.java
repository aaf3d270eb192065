package io.github.palimpsest.cli;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Registered;
import io.github.palimpsest.api.merger.Merger;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.recipe.RecipeText;
import io.github.palimpsest.cli.card.CommandText;
import io.github.palimpsest.cli.card.ModelCard;
import io.github.palimpsest.cli.option.AdapterOptions;
import io.github.palimpsest.cli.option.Ranged;
import io.github.palimpsest.cli.option.SavedType;
import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.llm.merge.FolderMerge;
import io.github.palimpsest.llm.merge.FoldersAlike;
import io.github.palimpsest.llm.model.HuggingFaceDirectory;
import io.github.palimpsest.storage.NewFolder;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code merge}: a merger on model folders, or an adapter into its base. */
@Command(
    name = "merge",
    description =
        "Merges models of one base, or an adapter into its base, and saves a Hugging Face directory.",
    mixinStandardHelpOptions = true)
final class MergeCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..1",
      paramLabel = "MERGER",
      description =
          "a merger, such as 'ties(density=0.2)': 'list --kind merger' has all; not with --adapter")
  @Nullable String merger;

  @Option(
      names = "--base",
      required = true,
      paramLabel = "DIR",
      description =
          "the model that the others started from; the result has its tokenizer and files")
  Path base = Path.of("");

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "a model to merge; repeat it for several")
  List<Path> models = new ArrayList<>();

  @Option(
      names = "--weight",
      paramLabel = "X",
      converter = Ranged.AboveZero.class,
      description =
          "the factor of a model's change, above 0, in the order of the models; default: 1 divided by"
              + " their number")
  List<Double> weights = new ArrayList<>();

  @Option(names = "--out", required = true, paramLabel = "DIR", description = "a new folder")
  Path out = Path.of("");

  @Mixin SavedType saved = new SavedType();

  @Option(
      names = "--seed",
      converter = Ranged.Seed.class,
      paramLabel = "N",
      defaultValue = "1",
      description = "seed of a merger's random choices; default: ${DEFAULT-VALUE}")
  long seed;

  @Mixin AdapterOptions adapter = new AdapterOptions();

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    check();
    PluginRegistry registry = adapter.plugins.registry();
    HuggingFaceDirectory directory;
    WeightSnapshot weightsOut;
    ModelCard card;
    if (merger == null) {
      directory = HuggingFaceDirectory.open(base, registry);
      weightsOut = adapter.weights(directory, registry);
      card =
          ModelCard.of(base, List.of("merge", "peft"), "A model with an adapter merged into it")
              .models(adapter.with(base))
              .versions(List.of());
    } else {
      Component<Merger> component = component(registry, merger);
      Merger created = component.create();
      directory = HuggingFaceDirectory.open(base, registry);
      List<HuggingFaceDirectory> given = new ArrayList<>();
      for (Path model : models) {
        HuggingFaceDirectory opened = HuggingFaceDirectory.open(model, registry);
        FoldersAlike.require(directory, opened, registry);
        given.add(opened);
      }
      weightsOut = FolderMerge.of(created, directory, given, factors(), seed);
      List<Path> all = new ArrayList<>(List.of(base));
      all.addAll(models);
      Registered used = registry.find(component.id().value());
      card =
          ModelCard.of(base, List.of("merge", component.id().value()), "A merge of models")
              .heading("Merger")
              .code(component.toString())
              .paragraph(
                  "The first folder is the base; the factors of the others are " + factors() + ".")
              .models(all)
              .versions(List.of(used));
    }
    card.heading("Command").code(CommandText.of(spec.commandLine().getParseResult()));
    PrintWriter err = spec.commandLine().getErr();
    ModelCard.notes(base).forEach(note -> err.println("palimpsest: " + note));
    directory.save(out, weightsOut, saved.dtype(), card.text());
    err.println("saved in " + out);
    return ExitCode.OK;
  }

  /** Refuses what does not go together, before anything is read. */
  private void check() {
    NewFolder.requireAbsent(out, "models");
    if (adapter.given() && (merger != null || !models.isEmpty() || !weights.isEmpty())) {
      throw new PalimpsestException(
          "--adapter is merged into --base alone: without a merger, --model and --weight");
    }
    if (!adapter.given() && (merger == null || models.isEmpty())) {
      throw new PalimpsestException(
          "give a merger and at least one --model, or --adapter; "
              + (merger == null ? "there is no merger" : "there is no --model"));
    }
    if (!weights.isEmpty() && weights.size() != models.size()) {
      throw new PalimpsestException(
          "--weight is there %d times and --model %d times; give one for each model, or none"
              .formatted(weights.size(), models.size()));
    }
  }

  @SuppressWarnings("unchecked") // asked for by kind
  private static Component<Merger> component(PluginRegistry registry, String text) {
    RecipeText read = RecipeText.parse(text);
    if (read.sum().size() != 1 || !read.pipe().isEmpty()) {
      throw new PalimpsestException("'" + text + "' must be one merger, such as ties(density=0.2)");
    }
    return (Component<Merger>) registry.component(Kind.MERGER, read.sum().get(0));
  }

  private List<Double> factors() {
    return weights.isEmpty()
        ? Collections.nCopies(models.size(), 1.0 / models.size())
        : List.copyOf(weights);
  }
}
