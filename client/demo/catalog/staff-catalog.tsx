import { Button } from '@mantine/core';
import { IconPencil, IconPlus } from '@tabler/icons-react';
import { use } from 'react';
import { newId } from '../../index.ts';
import { FrameContext } from '../shell/frame-context.ts';
import { Frame } from '../shell/frame.tsx';
import { Problem } from '../shell/problem.tsx';
import type { Go, Route } from '../shell/route.ts';
import { ProductEditor } from './product-editor.tsx';
import { ProductPane } from './product-pane.tsx';

interface StaffCatalogProps {
  readonly route: Route;
  readonly go: Go;
}

/** What is sold, to be edited. */
export function StaffCatalog({ route, go }: StaffCatalogProps) {
  const { isNarrow } = use(FrameContext);
  const { product } = route;
  return (
    <Frame
      isMainOpen={product !== null}
      list={
        <ProductPane
          route={route}
          cart={null}
          actions={
            <Button
              size="sm"
              leftSection={<IconPlus size={17} />}
              onClick={() => go({ product: newId(), isNew: true })}
            >
              New product
            </Button>
          }
        />
      }
      main={
        product === null ? (
          <Problem
            icon={<IconPencil size={32} stroke={1.5} />}
            title="Choose a product"
            text="You may change its name, its price and how many are left, with a connection or without."
          />
        ) : (
          <ProductEditor
            key={product}
            id={product}
            onClose={() => go({ product: null })}
            withBack={isNarrow}
          />
        )
      }
    />
  );
}
