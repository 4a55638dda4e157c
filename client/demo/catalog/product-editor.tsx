import { useApolloClient, useQuery } from '@apollo/client/react';
import { Button, Group, NumberInput, Stack, Switch, Textarea, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { ProductDocument, type ProductRowFragment } from '../../generated/documents.ts';
import { OpenState } from '../sync/state-label.tsx';
import { showProblem } from '../shell/notices.tsx';
import { Opened } from '../shell/opened.tsx';
import classes from '../shell/opened.module.css';
import { Problem } from '../shell/problem.tsx';
import { saveProduct, type ProductFields } from './save-product.ts';

interface ProductEditorProps {
  readonly id: string;
  readonly withBack: boolean;
  readonly onClose: () => void;
}

const NEW: ProductFields = { name: '', description: '', price: 0, stock: 0, active: true };

/** The form of one product. Give it a `key` per product: what is typed belongs to one alone. */
export function ProductEditor({ id, withBack, onClose }: ProductEditorProps) {
  const { data, error } = useQuery(ProductDocument, { variables: { id } });
  if (error && !data) return <Problem error={error} />;
  if (!data) return null;
  return (
    <Opened
      as="section"
      label={data.product?.name ?? 'New product'}
      onBack={withBack ? onClose : null}
      bar={data.product && <OpenState state={data.product.syncState} />}
    >
      <ProductForm id={id} stored={data.product} />
    </Opened>
  );
}

interface ProductFormProps {
  readonly id: string;
  readonly stored: ProductRowFragment | null;
}

function ProductForm({ id, stored }: ProductFormProps) {
  const { shown, edit, save, isChanged } = useProductForm(id, stored);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save();
  };
  return (
    <form className={classes.sheet} onSubmit={submit}>
      <Stack gap="lg">
        <h2 className={classes.title}>{stored?.name ?? 'New product'}</h2>
        <TextInput
          label="Name"
          required
          maxLength={200}
          value={shown.name}
          onChange={(event) => edit({ name: event.currentTarget.value })}
        />
        <Textarea
          label="Description"
          autosize
          minRows={2}
          maxLength={2000}
          value={shown.description}
          onChange={(event) => edit({ description: event.currentTarget.value })}
        />
        <ProductNumbers shown={shown} edit={edit} />
        <Switch
          label="Can be ordered"
          checked={shown.active}
          onChange={(event) => edit({ active: event.currentTarget.checked })}
        />
        <Group>
          <Button type="submit" disabled={!isChanged || shown.name.trim() === ''}>
            {stored === null ? 'Add to the catalogue' : 'Save'}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

type Edit = (edits: Partial<ProductFields>) => void;

function ProductNumbers({ shown, edit }: { readonly shown: ProductFields; readonly edit: Edit }) {
  return (
    <Group grow align="flex-start">
      <NumberInput
        label="Price"
        min={0}
        decimalScale={2}
        fixedDecimalScale
        leftSection="€"
        value={shown.price / 100}
        onChange={(value) => edit({ price: Math.round(Number(value) * 100) })}
      />
      <NumberInput
        label="In stock"
        description="Changes from several places add up."
        inputWrapperOrder={['label', 'input', 'description']}
        min={0}
        allowDecimal={false}
        value={shown.stock}
        onChange={(value) => edit({ stock: Number(value) })}
      />
    </Group>
  );
}

/** What was typed stands over the product as it is, until it is saved; so what others change meanwhile is seen. */
function useProductForm(id: string, stored: ProductFields | null) {
  const client = useApolloClient();
  const [edits, setEdits] = useState<Partial<ProductFields>>({});
  const [base, setBase] = useState<Partial<ProductFields>>({});
  const shown: ProductFields = { ...NEW, ...stored, ...edits };
  const edit: Edit = (change) => {
    const names = Object.keys(change) as (keyof ProductFields)[];
    const seen = Object.fromEntries(names.map((name) => [name, shown[name]])) as Partial<ProductFields>;
    setBase((before) => ({ ...seen, ...before }));
    setEdits((before) => ({ ...before, ...change }));
  };
  const save = () => {
    saveProduct(client, id, stored === null ? shown : { ...edits, base }).then(
      () => {
        setEdits({});
        setBase({});
      },
      (error: unknown) => showProblem('The product could not be saved', error),
    );
  };
  return { shown, edit, save, isChanged: Object.keys(edits).length > 0 };
}
